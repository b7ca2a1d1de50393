#pragma once

#include <c10/util/BFloat16.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "block_kernel.h"

namespace layer_rotation::kernel {

#ifdef __CUDA_ARCH__
/// CUDA's word of `Size` bytes.
template <size_t Size>
using Word =
    std::conditional_t<Size == 16, uint4,
                       std::conditional_t<Size == 8, uint2, std::conditional_t<Size == 4, unsigned, unsigned short>>>;
#endif

/// Loads a struct of 2, 4, 8 or 16 bytes from memory of the device that is aligned to its size, with one instruction.
template <class Struct>
LAYER_ROTATION_HOST_DEVICE inline Struct load_at_once(const void* p) {
#ifdef __CUDA_ARCH__
  return std::bit_cast<Struct>(*static_cast<const Word<sizeof(Struct)>*>(p));
#else
  return *static_cast<const Struct*>(p);
#endif
}

/// Stores a struct as load_at_once() loads it.
template <class Struct>
LAYER_ROTATION_HOST_DEVICE inline void store_at_once(void* p, const Struct& value) {
#ifdef __CUDA_ARCH__
  // Not an assignment, which nvcc takes apart into one store for each number.
  __stwb(static_cast<Word<sizeof(Struct)>*>(p), std::bit_cast<Word<sizeof(Struct)>>(value));
#else
  *static_cast<Struct*>(p) = value;
#endif
}

/// The numbers that one instruction loads or stores.
template <int N>
struct alignas(4 * N) Pack {
  float values[N];
};

template <int N>
LAYER_ROTATION_HOST_DEVICE inline Pack<N> load_pack(const float* p) {
  return load_at_once<Pack<N>>(p);
}

template <int N>
LAYER_ROTATION_HOST_DEVICE inline void store_pack(float* p, const Pack<N>& pack) {
  store_at_once(p, pack);
}

// Numbers in bf16, which are fp32 in a pack.

template <int N>
struct alignas(2 * N) Bf16Pack {
  c10::BFloat16 values[N];
};

template <int N>
LAYER_ROTATION_HOST_DEVICE inline Pack<N> load_pack(const c10::BFloat16* p) {
  const auto bits = load_at_once<Bf16Pack<N>>(p);
  Pack<N> pack;
  for (int k = 0; k < N; ++k) pack.values[k] = static_cast<float>(bits.values[k]);
  return pack;
}

template <int N>
LAYER_ROTATION_HOST_DEVICE inline void store_pack(c10::BFloat16* p, const Pack<N>& pack) {
  Bf16Pack<N> bits;
  for (int k = 0; k < N; ++k) bits.values[k] = static_cast<c10::BFloat16>(pack.values[k]);
  store_at_once(p, bits);
}

constexpr int kPack = 4;
/// The packs of a thread that are on their way from memory at once.
constexpr int kPacksInFlight = 4;
/// The numbers that a block takes in one round.
constexpr int64_t kRound = int64_t{kThreads} * kPack * kPacksInFlight;

/// Returns whether an access to four numbers at p + begin is aligned; true for a null pointer.
template <class Number>
LAYER_ROTATION_HOST_DEVICE inline bool is_aligned(const Number* p, int64_t begin) {
  return p == nullptr || reinterpret_cast<uintptr_t>(p + begin) % (sizeof(Number) * kPack) == 0;
}

/// Goes through a thread's share of the numbers [begin, end) of some arrays. `load(i, size)` returns the numbers
/// i … i+size-1 of all of them, `use(i, size, loaded)` computes with them; `size` is
/// std::integral_constant<int, 4 or 1>. Several loads are issued before the first use, because a store between them
/// would hold them back.
template <class Load, class Use>
LAYER_ROTATION_HOST_DEVICE inline void for_each_pack(int64_t begin, int64_t end, int thread, bool aligned, Load load,
                                                     Use use) {
  using Wide = std::integral_constant<int, kPack>;
  using Narrow = std::integral_constant<int, 1>;
  int64_t i = begin;
  if (aligned) {
    using Loaded = decltype(load(i, Wide()));
    const int64_t packs_end = begin + (end - begin) / kPack * kPack;
    for (i += int64_t{thread} * kPack; i < packs_end; i += kRound) {
      Loaded loaded[kPacksInFlight] = {};
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
      for (int pack = 0; pack < kPacksInFlight; ++pack) {
        const int64_t at = i + int64_t{pack} * kThreads * kPack;
        if (at < packs_end) loaded[pack] = load(at, Wide());
      }
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
      for (int pack = 0; pack < kPacksInFlight; ++pack) {
        const int64_t at = i + int64_t{pack} * kThreads * kPack;
        if (at < packs_end) use(at, Wide(), loaded[pack]);
      }
    }
    i = packs_end;
  }
  for (i += thread; i < end; i += kThreads) {
    auto loaded = load(i, Narrow());
    use(i, Narrow(), loaded);
  }
}

}  // namespace layer_rotation::kernel
