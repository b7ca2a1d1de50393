#pragma once

#include <vector>

#include "../rotation/step_record.h"
#include "decide.h"
#include "slots.h"

namespace layer_rotation {

/// The passes over memory of a HostOptimizer's step, on one kind of device: begin(), sum_gradients() where sums over
/// the gradients are needed, find_directions() for a rule that orthogonalises, sum_updates() where a control combines,
/// then apply().
class UpdateBackend {
 public:
  virtual ~UpdateBackend() = default;

  /// Takes the gradients that the parameters hold.
  virtual void begin() = 0;
  /// [units of all slots], over gradients whose numbers are kept within ±bound.
  virtual std::vector<GradientSums> sum_gradients(double bound) = 0;
  /// Writes into the state of each slot that has a momentum the matrix to orthogonalise, which is the update of
  /// `formula`, and advances the momentum. `updates`: [slots].
  virtual void find_directions(const rules::Nesterov& formula, const std::vector<Update>& updates) = 0;
  /// Sums over the updates and weights of combined slots, and advances their states, unless the formula advances last.
  /// `updates`: [slots]. Returns [units of all slots]; zeros for slots that no control combines.
  virtual std::vector<UpdateSums> sum_updates(const std::vector<Update>& updates) = 0;
  /// w ← weight·w + update·u by the combination of each unit; advances the states that sum_updates() left. `updates`:
  /// [slots], `combinations`: [units of all slots]. Returns [slots]; without `record` only the squared norm after the
  /// step means anything, and only by being finite if all weights are.
  virtual std::vector<rotation::StepSums> apply(const std::vector<Update>& updates,
                                                const std::vector<Combination>& combinations, bool record) = 0;
};

}  // namespace layer_rotation
