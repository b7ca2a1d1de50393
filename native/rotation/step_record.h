#pragma once

#include <algorithm>
#include <cmath>

#include "monitor.h"

namespace layer_rotation::rotation {

/// What one step did to one layer.
struct StepRecord {
  double rotation;  ///< cosine distance to the initial weights after the step, 0 … 2
  double angle;     ///< angle between the weights before and after the step, in radians
  double norm;      ///< Euclidean norm after the step
};

/// The sums behind a StepRecord, taken while the step is applied: Δ = w' − w.
struct StepSums {
  Displacement displacement;
  double squared_weight = 0;   ///< |w|², before the step
  double squared_step = 0;     ///< |Δ|²
  double step_dot_weight = 0;  ///< ⟨Δ, w⟩

  StepSums& operator+=(const StepSums& other) {
    displacement += other.displacement;
    squared_weight += other.squared_weight;
    squared_step += other.squared_step;
    step_dot_weight += other.step_dot_weight;
    return *this;
  }

  StepRecord record(double initial_squared_norm) const {
    // tan θ = |Δ⊥||w| / ⟨w, w'⟩ with |Δ⊥|² = |Δ|² − ⟨Δ, w⟩²/|w|²: exact for small angles, unlike arccos(⟨w, w'⟩/…).
    const double tangential =
        std::sqrt(std::max(0.0, squared_step - step_dot_weight * step_dot_weight / squared_weight));
    const double angle = std::atan2(tangential * std::sqrt(squared_weight), squared_weight + step_dot_weight);
    return {displacement.rotation(initial_squared_norm), angle, std::sqrt(displacement.squared_weight)};
  }
};

}  // namespace layer_rotation::rotation
