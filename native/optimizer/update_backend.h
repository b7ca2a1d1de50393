#pragma once

#include <vector>

#include "../rotation/step_record.h"
#include "controls/combine.h"
#include "slots.h"
#include "update.h"

namespace layer_rotation {

/// The passes over memory of an update rule, on one kind of device. A step is begin(), where the gradients count as a
/// whole sum_gradients(), where there are controlled slots project(), then apply().
class UpdateBackend {
 public:
  virtual ~UpdateBackend() = default;

  /// Takes the gradients that the parameters hold.
  virtual void begin() = 0;
  /// [units of all slots]
  virtual std::vector<GradientSums> sum_gradients() = 0;
  /// Advances the states of controlled slots and sums over their updates and weights. [units of all slots]; zero where
  /// nothing controls.
  virtual std::vector<rotation::Projection> project(const std::vector<Update>& updates) = 0;
  /// w ← weight·w + update·u by the combination of each unit; advances the states of the slots that nothing controls.
  /// [slots]; unless `record` they tell no more than whether the weights after the step are finite: as the squared norm
  /// after it is, or is not.
  virtual std::vector<rotation::StepSums> apply(const std::vector<Update>& updates,
                                                const std::vector<rotation::Combination>& combinations,
                                                bool record) = 0;
};

}  // namespace layer_rotation
