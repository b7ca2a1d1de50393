#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>

namespace layer_rotation {

/// Returns the tensor with its numbers in the same order in memory as those of `other`, which has no gaps.
inline at::Tensor laid_out_as(const at::Tensor& other, const at::Tensor& tensor) {
  if (tensor.strides() == other.strides()) return tensor;
  return at::empty_like(other).copy_(tensor);
}

inline at::Tensor without_gaps(const at::Tensor& tensor) {
  return tensor.is_non_overlapping_and_dense() ? tensor : tensor.contiguous();
}

}  // namespace layer_rotation
