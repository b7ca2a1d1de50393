#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Computes max(0, a + b) in one pass, for two CPU tensors of the same shape and type, fp32 or bf16. Differentiable;
/// keeps only the result for that.
at::Tensor add_relu_cpu(const at::Tensor& a, const at::Tensor& b);

}  // namespace layer_rotation
