#pragma once

#include <cmath>

#include "control.h"

namespace layer_rotation::controls {

/// Hyperball: Layca without the projection. The update is scaled to the weights' norm and applied with `rate`, and the
/// result gets the norm `norm`.
struct FixedNorm : ControlDefaults {
  static constexpr const char* kName = "fixedNorm";
  static constexpr bool kCombinesUnits = true;

  template <class Config>
  void read(const Config& config) {
    per_neuron = config.per_neuron("per");
  }

  LAYER_ROTATION_HOST_DEVICE Combination combination(const UnitStep& unit, RunningMean*) const {
    const UpdateSums& sums = unit.sums;
    const double rate = unit.rate, norm = unit.initial_norm;
    const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
    if (c <= kSmallestUpdate * kSmallestUpdate || b == 0) return {1, 0};
    const double step = rate * std::sqrt(b / c);
    const double restore = norm / std::sqrt(b + 2 * step * a + step * step * c);
    return {restore, step * restore};
  }
};

}  // namespace layer_rotation::controls
