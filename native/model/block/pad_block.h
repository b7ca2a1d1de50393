#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace layer_rotation {

/// Puts `extra` rows and columns of zeros behind images [batch, channels, rows, columns], fp32 or bf16 and dense in
/// channels_last memory, in which the result lies as well. Differentiable. LibTorch fills the result with zeros first,
/// with a launch of its own.
at::Tensor pad_block(const at::Tensor& images, const std::array<int64_t, 2>& extra);

}  // namespace layer_rotation
