#pragma once

#include <cstdint>

#include "update_backend.h"

namespace layer_rotation {

/// One parameter as the CPU's loops see it during a step.
struct UpdateTarget {
  float* weight;
  const float* initial;  ///< null unless the step is recorded
  const float* gradient;
  float* states[kMostStates];
  float* momentum;  ///< as in Slot; else null
  Update update;
};

// Each function works on the numbers [begin, end) of the parameter's memory.

/// Sums over the gradient within ±bound. Reads 8 bytes a number.
GradientSums sum_gradient_range(const UpdateTarget& target, double bound, int64_t begin, int64_t end);

/// Writes the update of `formula`, whose state is the momentum, into the only state. Reads 8 bytes a number, and writes
/// 8.
void find_direction_range(const rules::Nesterov& formula, const UpdateTarget& target, int64_t begin, int64_t end);

/// Sums what a control needs, and advances the states unless the formula advances last. Reads 8 bytes a number, and 4
/// for each state, which it writes.
UpdateSums sum_update_range(const UpdateTarget& target, int64_t begin, int64_t end);

/// Applies a combination, and advances the states where sum_update_range() did not: where no control combines
/// (`combined` is false) or the formula advances last. Reads the weights, the states and, where the update needs it,
/// the gradient; writes the weights. A record reads the initial weights and the gradient too.
rotation::StepSums apply_range(const UpdateTarget& target, const Combination& combination, bool combined, bool record,
                               int64_t begin, int64_t end);

}  // namespace layer_rotation
