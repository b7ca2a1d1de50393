#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "loss.h"

namespace layer_rotation {

/// Loss and hits summed over the examples of an epoch or of an evaluation, on the device, so that adding a
/// batch does not wait for it.
class EpochSums {
 public:
  /// What was summed up, on the host.
  struct State {
    double loss = 0;   ///< of examples
    int64_t hits = 0;  ///< examples whose label has the largest logit
    int64_t examples = 0;
  };

  explicit EpochSums(at::Device device) : EpochSums(device, State()) {}
  /// Goes on from what an earlier part of the epoch summed up: the same bits as in one piece. Hits among the five
  /// largest are those of this part alone.
  EpochSums(at::Device device, const State& earlier);

  void add(const BatchLoss& batch, int64_t examples);

  struct Means {
    double loss;
    double accuracy;
    double top5_accuracy;
  };
  /// Over all examples added so far; waits for the device. NaN where there are none.
  Means means() const;
  /// Waits for the device.
  State state() const;

 private:
  at::Tensor loss_;  ///< fp64 scalar: sum of per-example losses
  at::Tensor hits_;  ///< int64 [2]: BatchLoss::hits
  int64_t examples_ = 0;
};

}  // namespace layer_rotation
