#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Takes the mean over height and width of a CPU tensor [batch, channels, height, width] in channels_last memory, fp32
/// or bf16. Returns [batch, channels]. Differentiable; keeps nothing for that.
at::Tensor global_average_pool_cpu(const at::Tensor& input);

}  // namespace layer_rotation
