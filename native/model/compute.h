#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include "../device/backend.h"

namespace layer_rotation {

/// How a network computes.
struct ComputeSpec {
  /// Of activations, convolutions and dense products: fp32, or bf16 with weights, normalisation and loss in fp32.
  at::ScalarType precision = at::kFloat;
  /// Of activations with rows and columns and of the convolutions' weights: at::MemoryFormat::ChannelsLast or
  /// Contiguous.
  at::MemoryFormat memory_format = at::MemoryFormat::ChannelsLast;
  /// Of fp32 products on CUDA devices: whether they are rounded to TF32, as cuDNN and cuBLAS know it.
  bool tf32 = false;
  /// On CUDA devices: whether cuDNN measures its deterministic algorithms and takes the fastest.
  bool cudnn_benchmark = false;
  Backend backend = Backend::kCpu;
  /// Where block kernels update bf16 networks: whether they keep shadows of what enters products.
  bool shadow_weights = true;

  bool has_shadows() const { return shadow_weights && backend == Backend::kBlock && precision == at::kBFloat16; }
};

/// A product's factor in the product's precision, as autocast casts: the gradient comes back in the tensor's own.
/// An undefined tensor stays so.
inline at::Tensor cast(const at::Tensor& tensor, at::ScalarType precision) {
  return tensor.defined() ? tensor.to(precision) : tensor;
}

}  // namespace layer_rotation
