#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../epoch/mix.h"
#include "epoch_sums.h"

namespace layer_rotation {

/// The training examples of an epoch, their batches and their augmentation.
struct BatchPlan {
  std::vector<int32_t> order;        ///< indices of training examples
  std::vector<int32_t> batch_sizes;  ///< [steps], each at least 1; their sum is the length of order
  uint32_t augmentation_key = 0;
  std::vector<Box> erased;  ///< the pixels of each image in the order that are 0 after normalisation; empty for none
  Mixing mixing;
};

/// The steps after which the layers are recorded, and what is recorded besides kRecordedQuantities.
struct RecordRequest {
  std::vector<int32_t> steps;           ///< 0-based within the epoch, ascending
  bool neurons = false;                 ///< whether to record the neurons' quartiles
  bool spectral = false;                ///< whether to record kSpectralQuantities
  std::vector<std::string> references;  ///< names of references to measure rotation from
};

/// The steps after which the weights are averaged: average ← average + weight·(weights − average).
struct AverageRequest {
  std::vector<int32_t> steps;   ///< 0-based within the epoch, ascending
  std::vector<double> weights;  ///< [steps], each above 0 and at most 1; 1 begins the average anew
};

struct EpochRequest {
  BatchPlan batches;
  std::vector<double> rates;  ///< [steps][layers]
  RecordRequest record;
  AverageRequest average;
  EpochSums::State sums;  ///< sums of the epoch's earlier steps, in an epoch that is resumed
};

}  // namespace layer_rotation
