#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "../../epoch/epoch_state.h"
#include "../layers/batch_norm.h"

namespace layer_rotation {

/// The running statistics of all batch norms of a network, moved by one block kernel.
class RunningStatistics {
 public:
  RunningStatistics() = default;
  /// `norms` must outlive this object and keep their tensors.
  RunningStatistics(const std::vector<BatchNorm*>& norms, const EpochState& epoch);

  /// Moves the running statistics towards those of the batch of `images` that has just gone forward.
  void move(int64_t images) const;

 private:
  const EpochState* epoch_ = nullptr;
  at::Tensor table_;  ///< bytes: [rows_] NormalizedChannels
  int64_t rows_ = 0;
};

}  // namespace layer_rotation
