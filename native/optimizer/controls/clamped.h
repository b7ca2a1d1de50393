#pragma once

#include <cmath>
#include <limits>

#include "control.h"

namespace layer_rotation::controls {

/// Keeps the angle by which a step turns the weights, or its length relative to theirs, between `floor` and `ceiling`.
/// The step is the rule's update with decoupled decay, d = u − shrink·w. A step of a relative length beyond a bound is
/// scaled to it. Of a step whose angle is beyond one, the part d⊥ orthogonal to w is scaled, which always reaches it:
/// the part along w stays, unless it would reverse w. Steps and weights of 0, and an angle of a step without d⊥, stay.
struct Clamped : ControlDefaults {
  static constexpr const char* kName = "clamped";
  static constexpr bool kCombinesUnits = true;
  enum class Quantity { kAngle, kRelativeUpdate };

  Quantity quantity = Quantity::kAngle;
  double floor = 0;
  double ceiling = std::numeric_limits<double>::infinity();

  template <class Config>
  void read(const Config& config) {
    per_neuron = config.per_neuron("per");
    quantity = config.template one_of<Quantity>(
        "quantity", {{"angle", Quantity::kAngle}, {"relativeUpdate", Quantity::kRelativeUpdate}});
    floor = config.at_least_zero("floor");
    ceiling = config.at_least_zero("ceiling", ceiling);
  }

  LAYER_ROTATION_HOST_DEVICE Combination combination(const UnitStep& unit, RunningMean*) const {
    const double shrink = unit.shrink, b = unit.sums.squared_weight;
    const double a = unit.sums.update_dot_weight - shrink * b;
    const double c = unit.sums.squared_update - shrink * (unit.sums.update_dot_weight + a);
    const Combination unchanged{1 - shrink, 1};
    if (b == 0 || c <= kSmallestUpdate * kSmallestUpdate) return unchanged;

    if (quantity == Quantity::kRelativeUpdate) {
      const double found = std::sqrt(c / b), factor = clamped(found) / found;
      return {1 - factor * shrink, factor};
    }
    const double squared_tangential = c - a * a / b;
    // A NaN passes this test: a diverged layer shows.
    if (squared_tangential <= smallest_squared_tangential(c)) return unchanged;
    const double relative = std::sqrt(squared_tangential / b), along = 1 + a / b;
    const double found = std::atan2(relative, along), wanted = clamped(found);
    if (found == wanted) return unchanged;
    const double kept = along > 0 ? along : 1;
    const double factor = std::tan(wanted) * kept / relative;
    return {kept - factor * (a / b + shrink), factor};
  }

 private:
  LAYER_ROTATION_HOST_DEVICE double clamped(double value) const {
    return value > ceiling ? ceiling : value < floor ? floor : value;
  }
};

}  // namespace layer_rotation::controls
