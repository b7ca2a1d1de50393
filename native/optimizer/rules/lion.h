#pragma once

#include <array>
#include <cstdint>

#include "math.h"
#include "rule.h"

namespace layer_rotation::rules {

/// u = factor·sign(beta1·m + gain1·g);  m ← beta2·m + gain2·g
///
/// The update is of the momentum before the step. Under a control the first pass therefore leaves the momentum as it is
/// and the second, which applies the update, moves it. That costs no memory, and as many bytes a step as a second state
/// for the direction would. To compute the old momentum from the new one would lose bits, and with them signs.
struct LionFormula {
  static constexpr int kStates = 1;
  static constexpr bool kNarrow = false;
  static constexpr bool kUpdateReadsGradient = true;
  static constexpr bool kAdvancesLast = true;
  double beta1;
  double gain1;
  double beta2;
  double gain2;
  double factor;

  template <class V>
  LAYER_ROTATION_INLINE void advance(V g, V* state) const {
    state[0] = state[0] * beta2 + g * gain2;
  }
  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE V update(V g, const V* state) const {
    return M::sign(state[0] * beta1 + g * gain1) * factor;
  }
};

/// Lion (Chen et al., arXiv 2302.06675, algorithm 2). Its weight decay is a setting of the parameters.
struct Lion : RuleDefaults {
  static constexpr std::array kNames{"lion"};
  double beta1 = 0;
  double beta2 = 0;

  template <class Config>
  void read(const Config& config) {
    beta1 = config.fraction("beta1");
    beta2 = config.fraction("beta2");
  }

  LAYER_ROTATION_HOST_DEVICE LionFormula at(double rate, int64_t) const {
    return {beta1, 1 - beta1, beta2, 1 - beta2, -rate};
  }
};

}  // namespace layer_rotation::rules
