#pragma once

#include <c10/util/ArrayRef.h>

#include <vector>

#include "../device/backend.h"
#include "augmentation.h"
#include "images.h"

namespace layer_rotation {

/// Images in the order in which they are visited, each placed as the augmentation says. The images and the order must
/// outlive it.
class ImageSequence {
 public:
  /// All images as they are, in their own order: batches are views.
  explicit ImageSequence(const Images& images);
  /// The images at `order` (each in 0 … images.size()-1). Augmentation takes images [channels, height, width]. Our
  /// own kernel for the CPU gathers them, or ATen operations do.
  ImageSequence(const Images& images, c10::ArrayRef<int32_t> order, const Augmentation& augmentation, Backend backend);

  int64_t size() const { return in_order_ ? images_.size() : static_cast<int64_t>(order_.size()); }
  /// The images that are visited as number begin … end-1.
  Batch batch(int64_t begin, int64_t end) const;

 private:
  Batch gather_cpu(int64_t begin, int64_t end) const;
  Batch gather_aten(int64_t begin, int64_t end) const;
  void prepare_aten();

  const Images& images_;
  bool in_order_;
  c10::ArrayRef<int32_t> order_;
  Augmentation augmentation_;
  bool has_cpu_kernel_;

  // For ATen, on the device of the images.
  at::Tensor indices_;         ///< int64 [n]: the order
  at::Tensor row_shifts_;      ///< int64 [n]: the row of row_sources_ that each image takes
  at::Tensor column_shifts_;   ///< int64 [n]: the row of column_sources_
  at::Tensor row_sources_;     ///< int64 [shifts, height]: where each row of a shifted image comes from
  at::Tensor column_sources_;  ///< int64 [2·shifts, width]: the same for columns, the second half mirrored
};

}  // namespace layer_rotation
