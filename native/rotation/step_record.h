#pragma once

#include <algorithm>
#include <cmath>

#include "displacement.h"

namespace layer_rotation::rotation {

/// The effect of one step on one layer, whose weights w become w'. Δ = w' − w, g is the gradient of the loss.
struct StepRecord {
  double rotation;        ///< cosine distance to the initial weights after the step, 0 … 2
  double angle;           ///< angle between the weights before and after the step, in radians
  double norm;            ///< |w'|
  double gradient_norm;   ///< |g|; NaN for a layer that is not trained
  double radial;          ///< ⟨Δ, w⟩ / |w|, signed
  double tangential;      ///< |Δ⊥|, the part of Δ that is orthogonal to w
  double effective_rate;  ///< rate / |w|² (arXiv 1706.05350)
};

/// The sums that give a StepRecord, taken while the step is applied.
struct StepSums {
  Displacement displacement;
  double squared_weight = 0;   ///< |w|²
  double squared_step = 0;     ///< |Δ|²
  double step_dot_weight = 0;  ///< ⟨Δ, w⟩
  double squared_gradient = 0;

  LAYER_ROTATION_HOST_DEVICE StepSums& operator+=(const StepSums& other) { return kernel::add(*this, other); }

  StepRecord record(double initial_squared_norm, double rate) const {
    const double norm = std::sqrt(squared_weight);
    const double radial = step_dot_weight / norm;
    const double tangential = std::sqrt(std::max(0.0, squared_step - radial * radial));
    return {displacement.rotation(initial_squared_norm),
            turned(squared_step, step_dot_weight, squared_weight),
            std::sqrt(displacement.squared_weight),
            std::sqrt(squared_gradient),
            radial,
            tangential,
            rate / squared_weight};
  }
};

/// The record of a layer that is not trained.
inline StepRecord frozen_record(const Displacement& displacement, double initial_squared_norm) {
  return StepSums{displacement, displacement.squared_weight, 0, 0, std::nan("")}.record(initial_squared_norm, 0);
}

}  // namespace layer_rotation::rotation
