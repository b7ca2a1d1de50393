#pragma once

#include <algorithm>
#include <cstdint>

#include "../../device/block_kernel.h"
#include "packed_values.h"

namespace layer_rotation {

/// The packs of N values of a thread of one item that are on their way from memory at once.
constexpr int kPacksOfThread = 4;
/// The values of an item.
template <int N>
constexpr int64_t kItemValues = int64_t{kernel::kThreads} * kPacksOfThread* N;

template <int N>
int64_t items_of(int64_t size) {
  return (size + kItemValues<N> - 1) / kItemValues<N>;
}

/// Goes through a thread's share of the `size` values, a multiple of N, of some arrays: `load(i)` returns values
/// i … i+N−1 of all of them, `use(i, loaded)` computes with them.
template <int N, class Load, class Use>
LAYER_ROTATION_HOST_DEVICE void for_packs(int64_t item, int thread, int64_t size, Load load, Use use) {
  using Loaded = decltype(load(int64_t{}));
  const int64_t first = item * kItemValues<N> + int64_t{thread} * N;
  Loaded loaded[kPacksOfThread] = {};
  LAYER_ROTATION_UNROLL
  for (int pack = 0; pack < kPacksOfThread; ++pack) {
    const int64_t at = first + int64_t{pack} * kernel::kThreads * N;
    if (at < size) loaded[pack] = load(at);
  }
  LAYER_ROTATION_UNROLL
  for (int pack = 0; pack < kPacksOfThread; ++pack) {
    const int64_t at = first + int64_t{pack} * kernel::kThreads * N;
    if (at < size) use(at, loaded[pack]);
  }
}

}  // namespace layer_rotation
