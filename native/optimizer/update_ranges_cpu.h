#pragma once

#include <cstdint>

#include "update_backend.h"

namespace layer_rotation {

/// One parameter as the CPU kernels see it during a step.
struct UpdateTarget {
  float* weight;
  const float* initial;  ///< null unless the step is recorded
  const float* gradient;
  float* states[3];
  Update update;
};

// Each works on the numbers [begin, end) of the parameter's memory.

/// Reads 8 bytes a number.
GradientSums sum_gradient_range(const UpdateTarget& target, int64_t begin, int64_t end);

/// Advances the states and sums what a control needs. Reads 8 bytes a number, and 4 for each state, which it writes.
rotation::Projection project_range(rules::Kind rule, const UpdateTarget& target, int64_t begin, int64_t end);

/// Applies a combination; with `advance` the states move in the same pass. Reads the weights, the states and, where the
/// rule's update needs it, the gradient; writes the weights. A record reads the initial weights and the gradient too.
rotation::StepSums apply_range(rules::Kind rule, const UpdateTarget& target, const rotation::Combination& combination,
                               bool advance, bool record, int64_t begin, int64_t end);

}  // namespace layer_rotation
