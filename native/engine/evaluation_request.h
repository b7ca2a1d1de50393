#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "data_splits.h"

namespace layer_rotation {

/// An evaluation to make: of a split, or of some of its examples.
struct EvaluationRequest {
  Split split = Split::kTest;
  int64_t batch_size = 1;
  std::vector<int32_t> chosen;  ///< as in DataSplits::evaluation(); empty for all examples
};

/// The progress of an evaluation, in examples that the device has been given.
struct EvaluationProgress {
  int64_t done;
  int64_t total;
};

using OnEvaluationProgress = std::function<void(const EvaluationProgress&)>;

}  // namespace layer_rotation
