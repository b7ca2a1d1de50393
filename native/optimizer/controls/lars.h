#pragma once

#include <algorithm>
#include <cmath>

#include "control.h"

namespace layer_rotation::controls {

/// LARS (arXiv 1708.03888) and, with `clip`, LARC: the gradient is scaled so that its norm is a share of the weights'.
struct Lars : ControlDefaults {
  static constexpr const char* kName = "lars";
  static constexpr bool kScalesGradient = true;
  double trust_coefficient = 0;
  double epsilon = 0;
  bool clip = false;  ///< the step is never larger than with the rate itself

  template <class Config>
  void read(const Config& config) {
    trust_coefficient = config.at_least_zero("trustCoefficient");
    epsilon = config.at_least_zero("epsilon");
    clip = config.boolean("clip");
  }

  LAYER_ROTATION_HOST_DEVICE double gradient_scale(const GradientSums& sums, double rate, double decay) const {
    const double weight = std::sqrt(sums.squared_weight), gradient = std::sqrt(sums.squared_gradient);
    if (weight == 0 || gradient == 0) return 1;
    const double trust = trust_coefficient * weight / (gradient + decay * weight + epsilon);
    if (!clip) return trust;
    return rate == 0 ? 1 : std::min(trust / rate, 1.0);
  }
};

}  // namespace layer_rotation::controls
