#pragma once

#include "displacement.h"

namespace layer_rotation::rotation {

/// The sums over one layer's weights that a step is recorded from, taken while the step is applied. w are the weights
/// before the step, Δ is the step and g the gradient of the loss, without weight decay.
struct StepSums {
  Displacement displacement;    ///< of the weights after the step from the initial ones
  double squared_weight = 0;    ///< |w|²
  double squared_step = 0;      ///< |Δ|²
  double step_dot_weight = 0;   ///< ⟨Δ, w⟩
  double squared_gradient = 0;  ///< |g|²

  LAYER_ROTATION_HOST_DEVICE StepSums& operator+=(const StepSums& other) { return kernel::add(*this, other); }
};

}  // namespace layer_rotation::rotation
