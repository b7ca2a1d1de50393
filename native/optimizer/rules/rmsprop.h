#pragma once

#include <array>
#include <cstdint>

#include "formulas.h"
#include "rule.h"

namespace layer_rotation::rules {

/// RMSprop: the gradient over the root of its running mean square.
struct Rmsprop : RuleDefaults {
  static constexpr std::array kNames{"rmsprop"};
  double rho = 0;
  double epsilon = 0;

  template <class Config>
  void read(const Config& config) {
    rho = config.fraction("rho");
    epsilon = config.at_least_zero("epsilon");
  }

  LAYER_ROTATION_HOST_DEVICE Squared at(double rate, int64_t) const { return {rho, 1 - rho, -rate, epsilon}; }
};

}  // namespace layer_rotation::rules
