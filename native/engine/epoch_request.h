#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "epoch_sums.h"

namespace layer_rotation {

/// Which training images are seen, in which batches and how augmented.
struct BatchPlan {
  std::vector<int32_t> order;
  std::vector<int32_t> batch_sizes;  ///< [steps], each at least 1; their sum is the length of order
  uint32_t augmentation_key = 0;
};

/// What is measured of the layers, and after which steps.
struct RecordRequest {
  std::vector<int32_t> steps;  ///< of the epoch, ascending, from 0
  bool neurons = false;
  std::vector<std::string> references;  ///< besides the initial weights
};

struct EpochRequest {
  BatchPlan batches;
  std::vector<double> rates;  ///< [steps][layers]
  RecordRequest record;
  EpochSums::State sums;  ///< of the steps of the epoch before these
};

}  // namespace layer_rotation
