#pragma once

#include <cstdint>

#include "../device/host_device.h"
#include "../epoch/box.h"
#include "operations/operation.h"
#include "padding.h"

namespace layer_rotation {

/// The random changes to a training image before the network sees it.
struct AugmentationSpec {
  int64_t shift = 0;  ///< largest shift in pixels along each axis, at least 0
  bool flip = false;  ///< whether half of the images, at random, are mirrored left to right
  bool crop = false;  ///< whether all shifts are equally likely, as in a random crop of a padded image
  Padding padding = Padding::kSymmetric;  ///< the pixels from beyond the border of a shifted image
  int64_t cutout = 0;      ///< the side, in pixels, of a square that is 0 after normalisation; 0 for none
  int32_t operations = 0;  ///< operations that RandAugment makes on each image, after shift and flip
  int32_t magnitude = 0;   ///< theirs, 0 … 30
};

/// An operation of RandAugment that was drawn for an image.
struct DrawnOperation {
  Operation kind;
  bool is_negative;  ///< goes the other way, if the operation has a sign
};

/// The shift of one image and its mirroring left to right after that:
/// out[y][x] = in[source_of(y − dy, height)][source_of(x − dx, width)].
struct Placement {
  int64_t dy = 0;
  int64_t dx = 0;
  bool flip = false;
  Padding padding = Padding::kSymmetric;

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

/// Returns the number in 0 … count-1 that `draw`, a number in 0 … 2^bits-1, stands for.
LAYER_ROTATION_HOST_DEVICE inline int64_t uniform(uint32_t draw, int bits, int64_t count) {
  return (draw * count) >> bits;
}

}  // namespace augmentation

/// The augmentation of one epoch. An image's placement, operations and erased square depend only on the epoch's key and
/// the image's index.
class Augmentation {
 public:
  /// An augmentation that leaves every image as it is.
  Augmentation() = default;
  LAYER_ROTATION_HOST_DEVICE Augmentation(const AugmentationSpec& spec, uint32_t key) : spec_(spec), key_(key) {}

  const AugmentationSpec& spec() const { return spec_; }
  /// Returns whether every image keeps its place.
  LAYER_ROTATION_HOST_DEVICE bool keeps() const { return spec_.shift == 0 && !spec_.flip; }
  /// Along each axis a shift by k has the probability 1/(2·shift), and a shift by ±shift half of that: the distribution
  /// of a number drawn uniformly from −shift … shift and rounded (Keras 2.1.2, nearest neighbour). All shifts of a crop
  /// have the probability 1/(2·shift + 1), as those of torchvision's RandomCrop.
  LAYER_ROTATION_HOST_DEVICE Placement placement(int32_t image) const {
    const uint32_t draw = augmentation::mix(key_ + static_cast<uint32_t>(image));
    return {shift_of(draw & 0xffff, 16), shift_of((draw >> 16) & 0x7fff, 15), spec_.flip && (draw >> 31) != 0,
            spec_.padding};
  }
  /// The operation that is number `index`, from 0, of an image: all are equally likely, and so are both signs.
  LAYER_ROTATION_HOST_DEVICE DrawnOperation operation(int32_t image, int32_t index) const {
    uint32_t key = augmentation::mix(augmentation::mix(key_));  // mix(key_) draws the erased squares
    for (int32_t i = 0; i < index; ++i) key = augmentation::mix(key);
    const uint32_t draw = augmentation::mix(key + static_cast<uint32_t>(image));
    return {static_cast<Operation>(augmentation::uniform(draw & 0x7fffffff, 31, kOperations)), (draw >> 31) != 0};
  }
  /// The part of a square that lies in the image and is erased: the square's centre is any pixel (arXiv 1708.04552).
  LAYER_ROTATION_HOST_DEVICE Box erased(int32_t image, int64_t height, int64_t width) const {
    if (spec_.cutout == 0) return {};
    const uint32_t draw = augmentation::mix(augmentation::mix(key_) + static_cast<uint32_t>(image));
    const int64_t top = augmentation::uniform(draw & 0xffff, 16, height) - spec_.cutout / 2;
    const int64_t left = augmentation::uniform(draw >> 16, 16, width) - spec_.cutout / 2;
    return {within(top, height), within(top + spec_.cutout, height), within(left, width),
            within(left + spec_.cutout, width)};
  }

 private:
  LAYER_ROTATION_HOST_DEVICE int64_t shift_of(uint32_t draw, int bits) const {
    if (spec_.crop) return augmentation::uniform(draw, bits, 2 * spec_.shift + 1) - spec_.shift;
    return augmentation::shift_of(draw, bits, spec_.shift);
  }
  LAYER_ROTATION_HOST_DEVICE static int32_t within(int64_t at, int64_t size) {
    return static_cast<int32_t>(at < 0 ? 0 : at > size ? size : at);
  }

  AugmentationSpec spec_;
  uint32_t key_ = 0;
};

}  // namespace layer_rotation
