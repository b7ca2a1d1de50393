#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace layer_rotation {

/// Writes, for every i < size, three bf16 numbers whose sum is scale·from[i] to the last bit of fp32: parts[i],
/// parts[stride + i] and parts[2·stride + i], smallest first.
void split_into_bf16(const float* from, float scale, int64_t size, at::BFloat16* parts, int64_t stride);

/// Converts uint8 to bf16, exactly.
void bytes_to_bf16(const uint8_t* from, at::BFloat16* to, int64_t size);

}  // namespace layer_rotation
