#pragma once

#include <array>
#include <cstdint>

#include "formulas.h"
#include "rule.h"

namespace layer_rotation::rules {

/// Adagrad: the gradient over the root of the sum of all squared gradients so far.
struct Adagrad : RuleDefaults {
  static constexpr std::array kNames{"adagrad"};
  double epsilon = 0;
  double initial_accumulator = 0;

  template <class Config>
  void read(const Config& config) {
    epsilon = config.at_least_zero("epsilon");
    initial_accumulator = config.at_least_zero("initialAccumulator");
  }

  LAYER_ROTATION_HOST_DEVICE double initial_state() const { return initial_accumulator; }
  LAYER_ROTATION_HOST_DEVICE Squared at(double rate, int64_t) const { return {1, 1, -rate, epsilon}; }
};

}  // namespace layer_rotation::rules
