#pragma once

#include <ATen/core/Tensor.h>

#include <array>

namespace layer_rotation {

/// bf16 tensors of the same shape whose sum is scale·`tensor` (fp32, contiguous, CPU) to the last bit of fp32, largest
/// part first.
std::array<at::Tensor, 3> split_into_bf16(const at::Tensor& tensor, float scale);

/// uint8 → bf16, exactly (CPU).
at::Tensor bytes_to_bf16(const at::Tensor& bytes);

}  // namespace layer_rotation
