#pragma once

#include <array>
#include <cstdint>

#include "formulas.h"
#include "rule.h"

namespace layer_rotation::rules {

/// SGD at an effective learning rate (arXiv 1706.05350): the gradient is multiplied by the weights' squared norm.
struct EffectiveSgd : RuleDefaults {
  static constexpr std::array kNames{"effectiveSgd"};
  static constexpr bool kScalesGradient = true;

  template <class Config>
  void read(const Config&) {}

  LAYER_ROTATION_HOST_DEVICE double gradient_scale(const GradientSums& sums, double, double, double) const {
    return sums.squared_weight;
  }
  LAYER_ROTATION_HOST_DEVICE Plain at(double rate, int64_t) const { return {-rate}; }
};

}  // namespace layer_rotation::rules
