#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "formulas.h"
#include "rule.h"

namespace layer_rotation::rules {

/// SGD whose gradient is divided by its norm. Weights do not move in a step whose norm is kSmallestUpdate or less.
struct NormalizedSgd : RuleDefaults {
  static constexpr std::array kNames{"normalizedSgd"};
  static constexpr bool kScalesGradient = true;

  template <class Config>
  void read(const Config&) {}

  LAYER_ROTATION_HOST_DEVICE double gradient_scale(const GradientSums& sums, double rate, double decay,
                                                   double control_scale) const {
    const double squared =
        sums.squared_gradient + 2 * decay * sums.gradient_dot_weight + decay * decay * sums.squared_weight;
    const double norm = control_scale * std::sqrt(std::max(0.0, squared));
    return rate * norm <= kSmallestUpdate ? 0 : 1 / norm;
  }
  LAYER_ROTATION_HOST_DEVICE Plain at(double rate, int64_t) const { return {-rate}; }
};

}  // namespace layer_rotation::rules
