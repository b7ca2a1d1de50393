#pragma once

#include <array>
#include <cstdint>

#include "formulas.h"
#include "rule.h"

namespace layer_rotation::rules {

/// SGD with the mean of gradients that Adam takes, without its bias correction.
struct SgdAdamMomentum : RuleDefaults {
  static constexpr std::array kNames{"sgdAdamMomentum"};
  double momentum = 0;

  template <class Config>
  void read(const Config& config) {
    momentum = config.fraction("momentum");
  }

  LAYER_ROTATION_HOST_DEVICE Momentum at(double rate, int64_t) const { return {momentum, 1 - momentum, -rate}; }
};

}  // namespace layer_rotation::rules
