#pragma once

#include <cstdint>

#include "../device/block_kernel.h"
#include "../epoch/epoch_tables.h"

namespace layer_rotation {

/// Writes the windows of a part of a step, and the ids that follow each of their ids, gathered in the epoch's order. An
/// item is a window.
struct PlaceTokens {
  using Sum = kernel::NoSum;
  const EpochTables* epoch;
  const int32_t* tokens;  ///< [windows · context + 1]
  int64_t context;
  int64_t* to;         ///< [batch, context]
  int64_t* to_labels;  ///< [batch, context]

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int32_t* from = tokens + epoch->order[epoch->image + epoch->part + item] * context;
    for (int64_t i = thread; i < context; i += kernel::kThreads) {
      to[item * context + i] = from[i];
      to_labels[item * context + i] = from[i + 1];
    }
  }
};

}  // namespace layer_rotation
