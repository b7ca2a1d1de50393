#pragma once

#include <algorithm>
#include <cmath>

#include "control.h"

namespace layer_rotation::controls {

/// Magnitude and direction of each neuron, decoupled (arXiv 2606.25971, with a gain a row): Layca turns the direction
/// by arctan(rate), and Adam trains the gain, which is the norm, by the loss's derivative with respect to it. Weight
/// decay acts on the gain alone. A gain is at most halved in a step, so that it stays above 0: a neuron of 0 has no
/// direction and stays as it is.
struct MagnitudeDirection : ControlDefaults {
  static constexpr const char* kName = "magnitudeDirection";
  static constexpr bool kCombinesUnits = true;
  static constexpr bool kReadsGradient = true;
  static constexpr int kMeans = 2;
  double gain_rate = 0;  ///< factor of the learning rate of the gains
  double beta1 = 0;
  double beta2 = 0;
  double epsilon = 0;

  template <class Config>
  void read(const Config& config) {
    per_neuron = true;
    gain_rate = config.at_least_zero("gainRate");
    beta1 = config.fraction("beta1");
    beta2 = config.fraction("beta2");
    epsilon = config.at_least_zero("epsilon");
  }

  LAYER_ROTATION_HOST_DEVICE Combination combination(const UnitStep& unit, RunningMean* means) const {
    const double a = unit.sums.update_dot_weight, b = unit.sums.squared_weight, c = unit.sums.squared_update;
    if (b == 0) return {1, 0};
    const double gain = std::sqrt(b);
    const double slope = unit.gradient.gradient_dot_weight / gain + unit.decay * gain;
    means[0].add(slope, beta1);
    means[1].add(slope * slope, beta2);
    const double step = gain_rate * unit.rate * means[0].seen() / (std::sqrt(means[1].seen()) + epsilon);
    // A NaN passes: a diverged layer shows.
    const double grown = std::max(gain * (1 - gain_rate * unit.shrink) - step, gain / 2) / gain;
    const double squared_tangential = c - a * a / b;
    if (squared_tangential <= smallest_squared_tangential(c)) return {grown, 0};
    const double turn = unit.rate * std::sqrt(b / squared_tangential);
    const double factor = grown / std::sqrt(1 + unit.rate * unit.rate);
    return {(1 - turn * a / b) * factor, turn * factor};
  }
};

}  // namespace layer_rotation::controls
