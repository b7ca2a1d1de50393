#pragma once

#include <cstdint>

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

/// The augmentation of one epoch. What happens to an image follows from the epoch's key and the image's index alone.
class Augmentation {
 public:
  /// Leaves every image as it is.
  Augmentation() = default;
  Augmentation(const AugmentationSpec& spec, uint32_t key) : spec_(spec), key_(key) {}

  const AugmentationSpec& spec() const { return spec_; }
  bool keeps() const { return spec_.shift == 0 && !spec_.flip; }
  /// Shifts k of both axes have the probability 1/(2·shift), those by ±shift half of it: what rounding a shift drawn
  /// uniformly from −shift … shift gives (Keras 2.1.2, nearest neighbour).
  Placement placement(int32_t image) const;

 private:
  AugmentationSpec spec_;
  uint32_t key_ = 0;
};

/// The index in 0 … size-1 that stands at `index` where the border is half-sample symmetric, d c b a | a b c d | d c b
/// a (scipy's 'reflect', numpy's 'symmetric').
int64_t reflected(int64_t index, int64_t size);

}  // namespace layer_rotation
