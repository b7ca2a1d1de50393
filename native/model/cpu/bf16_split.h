#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace layer_rotation {

/// Three bf16 numbers whose sum is scale·from[i] to the last bit of fp32: parts[i], parts[stride + i] and
/// parts[2·stride + i], smallest first, for i < size.
void split_into_bf16(const float* from, float scale, int64_t size, at::BFloat16* parts, int64_t stride);

/// uint8 → bf16, exactly.
void bytes_to_bf16(const uint8_t* from, at::BFloat16* to, int64_t size);

}  // namespace layer_rotation
