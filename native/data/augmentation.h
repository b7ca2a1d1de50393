#pragma once

#include <cstdint>

#include "../device/host_device.h"

namespace layer_rotation {

/// What may happen to a training image before a network sees it.
struct AugmentationSpec {
  int64_t shift = 0;  ///< largest shift in pixels, up and down as well as left and right
  bool flip = false;  ///< mirror every second image, left to right
};

/// How one image is shifted, and then mirrored left to right:
/// out[y][x] = in[reflected(y − dy, height)][reflected(x − dx, width)].
struct Placement {
  int64_t dy = 0;
  int64_t dx = 0;
  bool flip = false;

  bool keeps() const { return dy == 0 && dx == 0 && !flip; }
};

namespace augmentation {

/// Chris Wellons's lowbias32, as in src/random.ts.
LAYER_ROTATION_HOST_DEVICE inline uint32_t mix(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/// The shift that `draw`, of 0 … 2^bits-1, stands for.
LAYER_ROTATION_HOST_DEVICE inline int64_t shift_of(uint32_t draw, int bits, int64_t largest) {
  const int64_t half_steps = (draw * 4 * largest) >> bits;  // 0 … 4·largest-1, two for a shift and one for ±largest
  return (half_steps + 1) / 2 - largest;
}

}  // namespace augmentation

/// The augmentation of one epoch. What happens to an image follows from the epoch's key and the image's index alone.
class Augmentation {
 public:
  /// Leaves every image as it is.
  Augmentation() = default;
  LAYER_ROTATION_HOST_DEVICE Augmentation(const AugmentationSpec& spec, uint32_t key) : spec_(spec), key_(key) {}

  const AugmentationSpec& spec() const { return spec_; }
  LAYER_ROTATION_HOST_DEVICE bool keeps() const { return spec_.shift == 0 && !spec_.flip; }
  /// Shifts k of both axes have the probability 1/(2·shift), those by ±shift half of it: what rounding a shift drawn
  /// uniformly from −shift … shift gives (Keras 2.1.2, nearest neighbour).
  LAYER_ROTATION_HOST_DEVICE Placement placement(int32_t image) const {
    const uint32_t draw = augmentation::mix(key_ + static_cast<uint32_t>(image));
    return {augmentation::shift_of(draw & 0xffff, 16, spec_.shift),
            augmentation::shift_of((draw >> 16) & 0x7fff, 15, spec_.shift), spec_.flip && (draw >> 31) != 0};
  }

 private:
  AugmentationSpec spec_;
  uint32_t key_ = 0;
};

/// The index in 0 … size-1 that stands at `index` where the border is half-sample symmetric, d c b a | a b c d | d c b
/// a (scipy's 'reflect', numpy's 'symmetric').
template <class Index>
LAYER_ROTATION_HOST_DEVICE Index reflected(Index index, Index size) {
  if (0 <= index && index < size) return index;
  const Index period = 2 * size;
  const Index within = ((index % period) + period) % period;
  return within < size ? within : period - 1 - within;
}

}  // namespace layer_rotation
