#pragma once

#include <bit>
#include <cstdint>

#include "../../device/clones.h"

namespace layer_rotation {

// CPU kernels take a bf16 number as its 16 bits, because loops over c10::BFloat16 do not vectorise.

/// Rounds to nearest, ties to even.
LAYER_ROTATION_INLINE uint16_t to_bf16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  // Rounding could carry a NaN's payload into its sign.
  const bool is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return static_cast<uint16_t>(is_nan ? 0x7fc0 : rounded);
}

LAYER_ROTATION_INLINE float to_float(uint16_t x) { return std::bit_cast<float>(static_cast<uint32_t>(x) << 16); }
LAYER_ROTATION_INLINE float to_float(float x) { return x; }

LAYER_ROTATION_INLINE void store(float x, uint16_t* to) { *to = to_bf16(x); }
LAYER_ROTATION_INLINE void store(float x, float* to) { *to = x; }

}  // namespace layer_rotation
