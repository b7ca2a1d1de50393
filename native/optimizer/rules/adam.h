#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <variant>

#include "math.h"
#include "rule.h"

namespace layer_rotation::rules {

/// m ← beta1·m + gain1·g;  v ← beta2·v + gain2·g²;  u = factor·m / (correction·√v + epsilon)
struct AdamFormula {
  static constexpr int kStates = 2;
  static constexpr bool kNarrow = true;
  static constexpr bool kUpdateReadsGradient = false;
  static constexpr bool kAdvancesLast = false;
  double beta1;
  double gain1;
  double beta2;
  double gain2;
  double factor;
  double correction;
  double epsilon;

  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE void advance(V g, V* state) const {
    state[0] = M::times(state[0], beta1) + M::times(g, gain1);
    state[1] = M::times(state[1], beta2) + M::times(g * g, gain2);
  }
  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE V update(V, const V* state) const {
    return M::times(M::quotient(state[0], state[1], correction, epsilon), factor);
  }
};

/// The formula of Adam with the largest v so far in the denominator.
struct AmsGradFormula : AdamFormula {
  static constexpr int kStates = 3;

  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE void advance(V g, V* state) const {
    AdamFormula::advance(g, state);
    state[2] = M::larger(state[2], state[1]);
  }
  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE V update(V, const V* state) const {
    return M::times(M::quotient(state[0], state[2], correction, epsilon), factor);
  }
};

/// Adam and AMSGrad. AdamW is the same rule: its weight decay is a setting of the parameters.
struct Adam : RuleDefaults {
  static constexpr std::array kNames{"adam", "adamW"};
  double beta1 = 0;
  double beta2 = 0;
  double epsilon = 0;
  bool epsilon_hat = false;
  bool amsgrad = false;

  template <class Config>
  void read(const Config& config) {
    beta1 = config.fraction("beta1");
    beta2 = config.fraction("beta2");
    epsilon = config.at_least_zero("epsilon");
    epsilon_hat = config.boolean("epsilonHat");
    amsgrad = config.boolean("amsgrad");
  }

  LAYER_ROTATION_HOST_DEVICE std::variant<AdamFormula, AmsGradFormula> at(double rate, int64_t step) const {
    const double first = 1 - std::pow(beta1, static_cast<double>(step)),
                 second = std::sqrt(1 - std::pow(beta2, static_cast<double>(step)));
    const AdamFormula formula{beta1,
                              1 - beta1,
                              beta2,
                              1 - beta2,
                              epsilon_hat ? -rate * second / first : -rate / first,
                              epsilon_hat ? 1 : 1 / second,
                              epsilon};
    if (amsgrad) return AmsGradFormula{formula};
    return formula;
  }
};

}  // namespace layer_rotation::rules
