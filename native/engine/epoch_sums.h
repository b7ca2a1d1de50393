#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "loss.h"
#include "shared_step.h"

namespace layer_rotation {

/// Loss and hits summed over the labels of an epoch or of an evaluation: one an example, or one a token. The sums are
/// on the device, so that adding a batch does not wait for it.
class EpochSums {
 public:
  /// The sums on the host.
  struct State {
    double loss = 0;       ///< sum of the labels' losses
    double hits = 0;       ///< labels with the largest logit, the two of a mixed image by their shares
    int64_t examples = 0;  ///< labels
  };

  explicit EpochSums(at::Device device) : EpochSums(device, State()) {}
  /// Continues the sums of an earlier part of the epoch, to the same bits as an epoch in one piece. Hits among the five
  /// largest count from here only.
  EpochSums(at::Device device, const State& earlier);

  void add(const BatchLoss& batch, int64_t examples);
  /// Replaces the sums by those over all processes.
  void add_up(SharedStep& shared);

  struct Means {
    double loss;
    double accuracy;
    double top5_accuracy;
  };
  /// Means over all examples added so far; NaN if there are none. Waits for the device.
  Means means() const;
  /// The sums so far. Waits for the device.
  State state() const;

 private:
  at::Tensor loss_;  ///< fp64 scalar: sum of per-example losses
  at::Tensor hits_;  ///< fp64 [2]: BatchLoss::hits
  int64_t examples_ = 0;
};

}  // namespace layer_rotation
