#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "loss.h"

namespace layer_rotation {

/// Loss and hits summed over the examples of an epoch or of an evaluation, on the device, so that adding a
/// batch does not wait for it.
class EpochSums {
 public:
  explicit EpochSums(at::Device device);

  void add(const BatchLoss& batch, int64_t examples);

  struct Means {
    double loss;
    double accuracy;
    double top5_accuracy;
  };
  /// Over all examples added so far; waits for the device. NaN where there are none.
  Means means() const;

 private:
  at::Tensor loss_;  ///< fp64 scalar: sum of per-example losses
  at::Tensor hits_;  ///< int64 [2]: BatchLoss::hits
  int64_t examples_ = 0;
};

}  // namespace layer_rotation
