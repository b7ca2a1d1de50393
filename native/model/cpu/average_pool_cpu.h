#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// The mean over height and width of [batch, channels, height, width] in channels_last memory, fp32 or bf16, on the
/// CPU: [batch, channels]. Differentiable; keeps nothing for that.
at::Tensor global_average_pool_cpu(const at::Tensor& input);

}  // namespace layer_rotation
