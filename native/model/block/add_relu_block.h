#pragma once

#include <ATen/core/Tensor.h>

#include "../twins.h"

namespace layer_rotation {

/// Computes max(0, a + b) in one pass, for two tensors of the same shape and type, fp32 or bf16, without gaps where
/// they lie alike. Differentiable; keeps only the result for that.
Twins add_relu_block(const at::Tensor& a, const at::Tensor& b);

}  // namespace layer_rotation
