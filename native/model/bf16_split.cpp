#include "bf16_split.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <bit>
#include <cstdint>

#include "../clones.h"

namespace layer_rotation {
namespace {

constexpr int64_t kGrain = 32 * 1024;

/// Round to nearest, ties to even.
LAYER_ROTATION_INLINE uint16_t to_bf16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  // Rounding could carry a NaN's payload into its sign.
  const bool is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return static_cast<uint16_t>(is_nan ? 0x7fc0 : rounded);
}

LAYER_ROTATION_INLINE float to_float(uint16_t x) { return std::bit_cast<float>(static_cast<uint32_t>(x) << 16); }

LAYER_ROTATION_CLONES void split_range(const float* __restrict from, float scale, uint16_t* __restrict high,
                                       uint16_t* __restrict middle, uint16_t* __restrict low, int64_t size) {
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

at::Tensor bf16_like(const at::Tensor& tensor) { return at::empty(tensor.sizes(), at::dtype(at::kBFloat16)); }

uint16_t* bits(const at::Tensor& tensor) { return static_cast<uint16_t*>(tensor.data_ptr()); }

}  // namespace

std::array<at::Tensor, 3> split_into_bf16(const at::Tensor& tensor, float scale) {
  std::array<at::Tensor, 3> parts{bf16_like(tensor), bf16_like(tensor), bf16_like(tensor)};
  const float* from = tensor.const_data_ptr<float>();
  uint16_t *high = bits(parts[0]), *middle = bits(parts[1]), *low = bits(parts[2]);
  at::parallel_for(0, tensor.numel(), kGrain, [&](int64_t begin, int64_t end) {
    split_range(from + begin, scale, high + begin, middle + begin, low + begin, end - begin);
  });
  return parts;
}

void bytes_to_bf16(const uint8_t* from, at::BFloat16* to, int64_t size) {
  bytes_range(from, reinterpret_cast<uint16_t*>(to), size);
}

}  // namespace layer_rotation
