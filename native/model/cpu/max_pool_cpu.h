#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Takes the largest number of each 2×2 window of a CPU tensor [batch, channels, height, width] in channels_last
/// memory, fp32 or bf16; the windows lie side by side. As in at::max_pool2d, an odd last row or column is dropped, the
/// first of equal numbers counts, and a NaN wins. Differentiable; keeps one byte for each number of the result.
at::Tensor max_pool_2x2_cpu(const at::Tensor& input);

}  // namespace layer_rotation
