#pragma once

#include <cstdint>
#include <vector>

#include "../augmentation.h"
#include "image_operation.h"

namespace layer_rotation {

/// RandAugment (arXiv 1909.13719) on the CPU: changes each image by the operations that are drawn for it, one after the
/// other.
class RandAugment {
 public:
  /// For images [channels, height, width] of bytes, with one channel or three.
  RandAugment(const Augmentation& augmentation, int64_t channels, int64_t height, int64_t width);

  /// Changes the pixels of the training image with this index. `scratch` is memory of the thread's own.
  void operator()(int32_t image, uint8_t* pixels, std::vector<uint8_t>& scratch) const;

 private:
  Augmentation augmentation_;
  int32_t channels_, height_, width_;
  ImageOperations operations_;
};

}  // namespace layer_rotation
