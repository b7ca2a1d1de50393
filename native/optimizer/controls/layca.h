#pragma once

#include <cmath>

#include "control.h"

namespace layer_rotation::controls {

/// Layca (arXiv 1806.01603v2, section 3): remove u's component along w, scale what is left to |w|, apply it with
/// `rate`, give the result the norm `norm`. The step turns the layer by exactly arctan(rate). Since it is orthogonal to
/// w its length is known beforehand, so all of it is one linear combination of w and u. A layer without a tangential
/// update stays as it is.
struct Layca : ControlDefaults {
  static constexpr const char* kName = "layca";
  static constexpr bool kCombinesUnits = true;

  template <class Config>
  void read(const Config& config) {
    per_neuron = config.per_neuron("per");
  }

  LAYER_ROTATION_HOST_DEVICE Combination combination(const UnitStep& unit, RunningMean*) const {
    const UpdateSums& sums = unit.sums;
    const double rate = unit.rate, norm = unit.initial_norm;
    const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
    const double squared_tangential = c - a * a / b;
    // A NaN passes this test: a diverged layer shows.
    if (squared_tangential <= smallest_squared_tangential(c) || b == 0) return {1, 0};
    const double step = rate * std::sqrt(b / squared_tangential);
    const double restore = norm / std::sqrt(b * (1 + rate * rate));
    return {(1 - step * a / b) * restore, step * restore};
  }
};

}  // namespace layer_rotation::controls
