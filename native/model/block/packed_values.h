#pragma once

#include <c10/util/BFloat16.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "../../device/host_device.h"

namespace layer_rotation {

// nvcc loads and stores its own vector as one, but a struct member by member.
#ifdef __CUDACC__
using SixteenBytes = uint4;
#else
struct alignas(16) SixteenBytes {
  uint32_t x, y, z, w;
};
#endif

/// The activations, fp32 or bf16, that a thread loads or stores at once where it can.
template <class Value>
constexpr int kWide = 16 / sizeof(Value);

/// N activations as they lie in memory: kWide, from a 16-byte boundary on, or one.
template <class Value, int N>
struct Packed {
  static_assert(N == kWide<Value> || N == 1);
  std::conditional_t<N == 1, Value, SixteenBytes> bits;
};

/// N numbers to compute with.
template <int N>
struct Floats {
  float values[N];
  LAYER_ROTATION_HOST_DEVICE float& operator[](int i) { return values[i]; }
  LAYER_ROTATION_HOST_DEVICE float operator[](int i) const { return values[i]; }
};

template <int N, class Value>
LAYER_ROTATION_HOST_DEVICE inline Packed<Value, N> load_packed(const Value* from) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const Packed<Value, N>*>(from);
#else
  Packed<Value, N> packed;
  std::memcpy(&packed, from, sizeof packed);
  return packed;
#endif
}

template <class Value, int N>
LAYER_ROTATION_HOST_DEVICE inline Floats<N> unpack(const Packed<Value, N>& packed) {
  if constexpr (N == 1) {
    return {static_cast<float>(packed.bits)};
  } else {
    const uint32_t words[] = {packed.bits.x, packed.bits.y, packed.bits.z, packed.bits.w};
    Floats<N> numbers;
    for (int i = 0; i < N; ++i) {
      if constexpr (std::is_same_v<Value, float>) {
        numbers[i] = std::bit_cast<float>(words[i]);
      } else {
        const uint32_t word = words[i / 2];
        numbers[i] = std::bit_cast<float>(i % 2 == 0 ? word << 16 : word & 0xffff0000u);
      }
    }
    return numbers;
  }
}

/// Rounds to the type of `to`.
template <class Value, int N>
LAYER_ROTATION_HOST_DEVICE inline void store_packed(Value* to, const Floats<N>& numbers) {
  if constexpr (N == 1) {
    *to = static_cast<Value>(numbers[0]);
  } else {
    static_assert(N == kWide<Value>);
    uint32_t words[4];
    for (int i = 0; i < 4; ++i) {
      if constexpr (std::is_same_v<Value, float>) {
        words[i] = std::bit_cast<uint32_t>(numbers[i]);
      } else {
        words[i] = static_cast<c10::BFloat16>(numbers[2 * i]).x |
                   uint32_t{static_cast<c10::BFloat16>(numbers[2 * i + 1]).x} << 16;
      }
    }
    const SixteenBytes bits{words[0], words[1], words[2], words[3]};
#ifdef __CUDA_ARCH__
    *reinterpret_cast<SixteenBytes*>(to) = bits;
#else
    std::memcpy(to, &bits, sizeof bits);
#endif
  }
}

}  // namespace layer_rotation
