#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Takes the mean over height and width of [batch, channels, height, width], fp32 or bf16, in channels_last memory.
/// Returns [batch, channels]. Differentiable; the gradient lies in channels_last memory, too, which a convolution then
/// takes as it is. Gives the bits of global_average_pool_cpu().
at::Tensor global_average_pool_block(const at::Tensor& input);

}  // namespace layer_rotation
