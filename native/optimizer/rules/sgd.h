#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "formulas.h"
#include "rule.h"

namespace layer_rotation::rules {

/// Stochastic gradient descent, plain, with momentum or with Nesterov's momentum.
struct Sgd : RuleDefaults {
  static constexpr std::array kNames{"sgd"};
  double momentum = 0;
  double dampening = 0;
  bool nesterov = false;
  bool rate_in_velocity = true;

  template <class Config>
  void read(const Config& config) {
    momentum = config.fraction("momentum");
    dampening = config.at_least_zero("dampening");
    nesterov = config.boolean("nesterov");
    rate_in_velocity = config.boolean("rateInVelocity");
  }

  LAYER_ROTATION_HOST_DEVICE std::variant<Plain, Momentum, Nesterov> at(double rate, int64_t step) const {
    if (momentum == 0) return Plain{-rate};
    Nesterov formula{{momentum, 0, 0}, nesterov ? -rate : 0};
    if (rate_in_velocity) {
      // The velocity is what was added last.
      formula.gain = -rate * (1 - dampening);
      formula.factor = nesterov ? momentum : 1;
    } else {
      // PyTorch's velocity begins with the first gradient itself.
      formula.gain = step == 1 ? 1 : 1 - dampening;
      formula.factor = nesterov ? -rate * momentum : -rate;
    }
    if (nesterov) return formula;
    return static_cast<const Momentum&>(formula);
  }
};

}  // namespace layer_rotation::rules
