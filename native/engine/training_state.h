#pragma once

#include <cstdint>
#include <vector>

#include "../model/network.h"
#include "../optimizer/optimizer.h"
#include "named_tensor.h"
#include "weight_average.h"

namespace layer_rotation {

/// The state of a training besides the network's own parameters and buffers: what its next steps follow from.
struct TrainingState {
  /// States of the update rule, '<parameter>.<index of the state>', in forward order; then, if there is one, the
  /// average of the weights, 'average.<tensor>'.
  std::vector<NamedTensor> tensors;
  int64_t steps = 0;                  ///< steps so far; the dropout masks follow from it
  std::vector<double> running_means;  ///< [units][means of a unit][2]: value and unseen share of each RunningMean
};

TrainingState export_training_state(const Network& network, const Optimizer& optimizer, const WeightAverage& average,
                                    int64_t steps);

/// Restores a state. Throws Error INVALID_CONFIG, and changes nothing, unless it is one of this network, optimizer and
/// device.
void import_training_state(const Network& network, Optimizer& optimizer, WeightAverage& average,
                           const TrainingState& state);

}  // namespace layer_rotation
