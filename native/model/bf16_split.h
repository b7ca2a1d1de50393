#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace layer_rotation {

/// bf16 tensors of the same shape whose sum is scale·`tensor` (fp32, contiguous, CPU) to the last bit of fp32, largest
/// part first.
std::array<at::Tensor, 3> split_into_bf16(const at::Tensor& tensor, float scale);

/// uint8 → bf16, exactly, of `size` numbers.
void bytes_to_bf16(const uint8_t* from, at::BFloat16* to, int64_t size);

}  // namespace layer_rotation
