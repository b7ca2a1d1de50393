#pragma once

#include <cmath>

#include "control.h"

namespace layer_rotation::controls {

/// The rotational variant of Kosson et al. (arXiv 2305.17212, algorithm 1): the tangential part of the update, divided
/// by the root of its running mean square, so that atan(rate) is the average angle. The mean is of updates without
/// their rate, as in the authors' code, so that the angle follows the rate at once. A step without a tangential part,
/// or of rate 0, leaves the weights.
struct Rotational : ControlDefaults {
  static constexpr const char* kName = "rotational";
  static constexpr bool kCombinesUnits = true;
  double decay = 0;  ///< of the running mean

  template <class Config>
  void read(const Config& config) {
    per_neuron = config.per_neuron("per");
    decay = config.fraction("decay");
  }

  LAYER_ROTATION_HOST_DEVICE Combination combination(const UnitStep& unit, RunningMean* means) const {
    const UpdateSums& sums = unit.sums;
    const double rate = unit.rate, norm = unit.initial_norm;
    const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
    if (b == 0 || rate == 0) return {1, 0};
    const double tangential = c - a * a / b;
    const bool none = tangential <= smallest_squared_tangential(c);
    means[0].add(none ? 0 : tangential / (rate * rate), decay);
    if (none) return {1, 0};
    const double factor = norm / std::sqrt(means[0].seen());
    const double restore = norm / std::sqrt(b + factor * factor * tangential);
    return {(1 - factor * a / b) * restore, factor * restore};
  }
};

}  // namespace layer_rotation::controls
