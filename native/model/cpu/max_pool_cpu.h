#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// The largest number of each 2×2 window, side by side, of [batch, channels, height, width] in channels_last memory,
/// fp32 or bf16, on the CPU. An odd last row or column is dropped, the first of equal numbers counts and a NaN wins, as
/// in at::max_pool2d. Differentiable; keeps one byte for each number of the result.
at::Tensor max_pool_2x2_cpu(const at::Tensor& input);

}  // namespace layer_rotation
