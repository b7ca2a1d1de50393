#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Computes max(0, product + bias) in one pass, for a product [batch, channels], or [batch, channels, height, width] in
/// channels_last memory, and a bias [channels] of the same type, fp32 or bf16. Differentiable; keeps only the result
/// for that. Backward at most two kernels, one for up to 8,192 rows.
at::Tensor bias_relu_block(const at::Tensor& product, const at::Tensor& bias);

}  // namespace layer_rotation
