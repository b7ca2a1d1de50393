#pragma once

#include <cstdint>

#include "../device/host_device.h"

namespace layer_rotation {

/// The random changes to a training image before the network sees it.
struct AugmentationSpec {
  int64_t shift = 0;  ///< largest shift in pixels along each axis, at least 0
  bool flip = false;  ///< whether half of the images, at random, are mirrored left to right
};

/// The shift of one image and its mirroring left to right after that:
/// out[y][x] = in[reflected(y − dy, height)][reflected(x − dx, width)].
struct Placement {
  int64_t dy = 0;
  int64_t dx = 0;
  bool flip = false;

  bool keeps() const { return dy == 0 && dx == 0 && !flip; }
};

namespace augmentation {

/// Hashes 32 bits by Chris Wellons's lowbias32, as src/random.ts does.
LAYER_ROTATION_HOST_DEVICE inline uint32_t mix(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/// Returns the shift that `draw`, a number in 0 … 2^bits-1, stands for.
LAYER_ROTATION_HOST_DEVICE inline int64_t shift_of(uint32_t draw, int bits, int64_t largest) {
  const int64_t half_steps = (draw * 4 * largest) >> bits;  // 0 … 4·largest-1, two for a shift and one for ±largest
  return (half_steps + 1) / 2 - largest;
}

}  // namespace augmentation

/// The augmentation of one epoch. An image's placement depends only on the epoch's key and the image's index.
class Augmentation {
 public:
  /// An augmentation that leaves every image as it is.
  Augmentation() = default;
  LAYER_ROTATION_HOST_DEVICE Augmentation(const AugmentationSpec& spec, uint32_t key) : spec_(spec), key_(key) {}

  const AugmentationSpec& spec() const { return spec_; }
  LAYER_ROTATION_HOST_DEVICE bool keeps() const { return spec_.shift == 0 && !spec_.flip; }
  /// Along each axis a shift by k has the probability 1/(2·shift), and a shift by ±shift half of that: the distribution
  /// of a number drawn uniformly from −shift … shift and rounded (Keras 2.1.2, nearest neighbour).
  LAYER_ROTATION_HOST_DEVICE Placement placement(int32_t image) const {
    const uint32_t draw = augmentation::mix(key_ + static_cast<uint32_t>(image));
    return {augmentation::shift_of(draw & 0xffff, 16, spec_.shift),
            augmentation::shift_of((draw >> 16) & 0x7fff, 15, spec_.shift), spec_.flip && (draw >> 31) != 0};
  }

 private:
  AugmentationSpec spec_;
  uint32_t key_ = 0;
};

/// Returns the index in 0 … size-1 whose value is at `index` of a sequence continued by half-sample symmetry,
/// d c b a | a b c d | d c b a (scipy's 'reflect', numpy's 'symmetric').
template <class Index>
LAYER_ROTATION_HOST_DEVICE Index reflected(Index index, Index size) {
  if (0 <= index && index < size) return index;
  const Index period = 2 * size;
  const Index within = ((index % period) + period) % period;
  return within < size ? within : period - 1 - within;
}

}  // namespace layer_rotation
