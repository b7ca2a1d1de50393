#pragma once

#include <cmath>
#include <cstdint>

#include "../kernel/block_kernel.h"
#include "../kernel/epoch_tables.h"

namespace layer_rotation {

/// Moves a batch norm's running statistics towards those of a batch, and leaves zeros in the batch's place. An item is
/// kernel::kThreads channels.
struct MoveRunningStatistics {
  using Sum = kernel::NoSum;
  kernel::EpochTables* epoch;
  int64_t channels;
  float momentum;
  float variance_factor;  ///< of the batch's variance; 0 where it has none
  float* batch_mean;
  float* batch_variance;
  float* running_mean;
  float* running_variance;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int64_t channel = item * kernel::kThreads + thread;
    if (channel >= channels) return;
    if (epoch->diverged == 0) {
      move(running_mean[channel], batch_mean[channel]);
      move(running_variance[channel], variance_factor == 0 ? 0 : batch_variance[channel] * variance_factor);
    }
    batch_mean[channel] = 0;
    batch_variance[channel] = 0;
  }

 private:
  /// As at::lerp() does.
  LAYER_ROTATION_HOST_DEVICE void move(float& running, float batch) const {
    const float difference = batch - running;
    running = momentum < 0.5f ? running + momentum * difference : batch - difference * (1 - momentum);
    if (!std::isfinite(running)) epoch->raise_not_finite();
  }
};

}  // namespace layer_rotation
