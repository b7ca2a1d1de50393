#include "bf16_split.h"

#include <bit>
#include <cstdint>

#include "../../device/clones.h"
#include "bf16.h"

namespace layer_rotation {
namespace {

LAYER_ROTATION_CLONES void split_range(const float* __restrict from, float scale, int64_t size,
                                       uint16_t* __restrict low, uint16_t* __restrict middle,
                                       uint16_t* __restrict high) {
  for (int64_t i = 0; i < size; ++i) {
    const float x = scale * from[i];
    const uint16_t first = to_bf16(x);
    const float without_first = x - to_float(first);
    const uint16_t second = to_bf16(without_first);
    high[i] = first;
    middle[i] = second;
    low[i] = to_bf16(without_first - to_float(second));
  }
}

LAYER_ROTATION_CLONES void bytes_range(const uint8_t* __restrict from, uint16_t* __restrict to, int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    to[i] = static_cast<uint16_t>(std::bit_cast<uint32_t>(static_cast<float>(from[i])) >> 16);
  }
}

}  // namespace

void split_into_bf16(const float* from, float scale, int64_t size, at::BFloat16* parts, int64_t stride) {
  auto* bits = reinterpret_cast<uint16_t*>(parts);
  split_range(from, scale, size, bits, bits + stride, bits + 2 * stride);
}

void bytes_to_bf16(const uint8_t* from, at::BFloat16* to, int64_t size) {
  bytes_range(from, reinterpret_cast<uint16_t*>(to), size);
}

}  // namespace layer_rotation
