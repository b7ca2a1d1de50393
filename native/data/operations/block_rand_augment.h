#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "../../epoch/epoch_tables.h"
#include "../augmentation.h"

namespace layer_rotation {

/// RandAugment by block kernels, for the images of a part of a step.
class BlockRandAugment {
 public:
  /// `examples`: the training images on their device, uint8 [images, channels, height, width]. They must outlive this
  /// object.
  BlockRandAugment(const AugmentationSpec& augmentation, const at::Tensor& examples);

  /// Enqueues the copy of the part's first `count` images, placed and changed: uint8 [count, channels, height, width].
  /// In a step that mixes images, `mixed`, each is followed by its partner.
  at::Tensor operator()(const EpochTables* epoch, int64_t count, bool mixed) const;

 private:
  AugmentationSpec augmentation_;
  const at::Tensor& examples_;
  at::Tensor operations_;  ///< bytes: ImageOperations
};

}  // namespace layer_rotation
