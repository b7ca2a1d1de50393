#pragma once

#include <c10/util/Exception.h>
// Comes after the header above, which it needs.
#include <ATen/core/PhiloxRNGEngine.h>

#include <cstdint>

#include "../../device/block_kernel.h"
#include "../../epoch/epoch_tables.h"

namespace layer_rotation {

/// The number of values that one block of the kernel below fills.
constexpr int64_t kMaskValues = 4 * kernel::kThreads;

/// Fills a mask of dropout: 0 with probability `rate`, else 1/(1 − rate). The mask depends only on the seed, the number
/// of the layer and the number of steps made so far (Philox 4×32-10), so a step draws the same mask on every device, in
/// a captured step, and after a training is resumed.
template <class Value>
struct DropoutMask {
  using Sum = kernel::NoSum;
  const EpochTables* epoch;
  uint64_t seed;
  uint64_t layer;
  double rate;
  Value* mask;
  int64_t size;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int64_t first = item * kMaskValues + int64_t{thread} * 4;
    if (first >= size) return;
    constexpr int kLayerShift = 40;  // more bits than the index of a group of four in an activation can have
    at::philox_engine engine(seed, (layer << kLayerShift) | static_cast<uint64_t>(first / 4),
                             static_cast<uint64_t>(epoch->total_steps));
    const auto kept = static_cast<Value>(static_cast<float>(1 / (1 - rate)));
    for (int64_t i = first; i < first + 4 && i < size; ++i) {
      mask[i] = engine() < rate * 4294967296.0 ? static_cast<Value>(0.0f) : kept;
    }
  }
};

}  // namespace layer_rotation
