#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

#include "block_kernel.h"

namespace layer_rotation::kernel {

/// The numbers that one instruction loads or stores.
template <int N>
struct alignas(4 * N) Pack {
  float values[N];
};

template <int N>
LAYER_ROTATION_HOST_DEVICE inline Pack<N> load_pack(const float* p) {
  return *reinterpret_cast<const Pack<N>*>(p);
}

template <int N>
LAYER_ROTATION_HOST_DEVICE inline void store_pack(float* p, const Pack<N>& pack) {
  *reinterpret_cast<Pack<N>*>(p) = pack;
}

// Numbers in bf16, which are fp32 in a pack.

template <int N>
struct alignas(2 * N) Bf16Pack {
  c10::BFloat16 values[N];
};

template <int N>
LAYER_ROTATION_HOST_DEVICE inline Pack<N> load_pack(const c10::BFloat16* p) {
  const auto& bits = *reinterpret_cast<const Bf16Pack<N>*>(p);
  Pack<N> pack;
  for (int k = 0; k < N; ++k) pack.values[k] = static_cast<float>(bits.values[k]);
  return pack;
}

template <int N>
LAYER_ROTATION_HOST_DEVICE inline void store_pack(c10::BFloat16* p, const Pack<N>& pack) {
  Bf16Pack<N> bits;
  for (int k = 0; k < N; ++k) bits.values[k] = static_cast<c10::BFloat16>(pack.values[k]);
  *reinterpret_cast<Bf16Pack<N>*>(p) = bits;
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
