#pragma once

#include <cmath>
#include <cstdint>

#include "../../device/block_kernel.h"
#include "../../epoch/epoch_tables.h"

namespace layer_rotation {

/// Some channels of a batch norm, at most kernel::kThreads, in fp32.
struct NormalizedChannels {
  const float* batch_mean;
  const float* batch_variance;  ///< unbiased; 0 for a single example
  float* running_mean;
  float* running_variance;
  int64_t pixels;  ///< values of a channel in one example
  int32_t channels;
  float momentum;
  bool unbiased;  ///< whether the running variance averages the unbiased variances
};

/// Moves the running statistics of all batch norms towards those of a batch. An item is a row of the table.
struct MoveRunningStatistics {
  using Sum = kernel::NoSum;
  EpochTables* epoch;
  const NormalizedChannels* table;
  int64_t images;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const NormalizedChannels& norm = table[item];
    if (thread >= norm.channels || epoch->diverged != 0) return;
    const double examples = static_cast<double>(images * norm.pixels);
    const auto factor = static_cast<float>(norm.unbiased ? 1 : (examples - 1) / examples);
    move(norm.running_mean[thread], norm.batch_mean[thread], norm.momentum);
    move(norm.running_variance[thread], norm.batch_variance[thread] * factor, norm.momentum);
  }

 private:
  /// Interpolates with the formulas of at::lerp().
  LAYER_ROTATION_HOST_DEVICE void move(float& running, float batch, float momentum) const {
    const float difference = batch - running;
    running = momentum < 0.5f ? running + momentum * difference : batch - difference * (1 - momentum);
    if (!std::isfinite(running)) epoch->raise_not_finite();
  }
};

}  // namespace layer_rotation
