#pragma once

#include <cmath>

#include "../../device/clones.h"

/// The arithmetic of the update rules, on one number or on a vector of them (V): advance() moves what a rule keeps of
/// earlier gradients, update() gives what it adds to the weights. update() finds the state advanced, so that a control
/// which has to see the whole step first can ask for it a second time.
namespace layer_rotation::rules {

/// A rule's constants for one parameter at one step; each rule says which it uses.
struct Coefficients {
  double momentum = 0;         ///< of the first state
  double gain = 0;             ///< of the gradient in the first state
  double squared_decay = 0;    ///< of the mean of squared gradients
  double squared_gain = 0;     ///< of the squared gradient in it
  double factor = 0;           ///< of the first state in the update
  double gradient_factor = 0;  ///< of the gradient in the update
  double correction = 1;       ///< of the root in the denominator
  double epsilon = 0;
};

/// What the numbers of rules with roots can do: times(x, c), larger(x, y) and quotient(x, y, c, e) = x / (c·√y + e).
template <class V>
struct Math;

template <>
struct Math<float> {
  static LAYER_ROTATION_INLINE float times(float x, double c) { return x * static_cast<float>(c); }
  static LAYER_ROTATION_INLINE float larger(float x, float y) { return x > y ? x : y; }
  static LAYER_ROTATION_INLINE float quotient(float x, float y, double c, double e) {
    return x / (std::sqrt(y) * static_cast<float>(c) + static_cast<float>(e));
  }
};

/// u = gradient_factor·g
struct Plain {
  static constexpr int kStates = 0;
  static constexpr bool kNarrow = false;
  static constexpr bool kUpdateReadsGradient = true;
  template <class V>
  static LAYER_ROTATION_INLINE void advance(const Coefficients&, V, V*) {}
  template <class V>
  static LAYER_ROTATION_INLINE V update(const Coefficients& c, V g, const V*) {
    return g * c.gradient_factor;
  }
};

/// v ← momentum·v + gain·g;  u = factor·v
struct Momentum {
  static constexpr int kStates = 1;
  static constexpr bool kNarrow = false;
  static constexpr bool kUpdateReadsGradient = false;
  template <class V>
  static LAYER_ROTATION_INLINE void advance(const Coefficients& c, V g, V* state) {
    state[0] = state[0] * c.momentum + g * c.gain;
  }
  template <class V>
  static LAYER_ROTATION_INLINE V update(const Coefficients& c, V, const V* state) {
    return state[0] * c.factor;
  }
};

/// The same with u = factor·v + gradient_factor·g
struct Nesterov : Momentum {
  static constexpr bool kUpdateReadsGradient = true;
  template <class V>
  static LAYER_ROTATION_INLINE V update(const Coefficients& c, V g, const V* state) {
    return state[0] * c.factor + g * c.gradient_factor;
  }
};

/// a ← squared_decay·a + squared_gain·g²;  u = gradient_factor·g / (√a + epsilon)
struct Squared {
  static constexpr int kStates = 1;
  static constexpr bool kNarrow = true;
  static constexpr bool kUpdateReadsGradient = true;
  template <class V, class M = Math<V>>
  static LAYER_ROTATION_INLINE void advance(const Coefficients& c, V g, V* state) {
    state[0] = M::times(state[0], c.squared_decay) + M::times(g * g, c.squared_gain);
  }
  template <class V, class M = Math<V>>
  static LAYER_ROTATION_INLINE V update(const Coefficients& c, V g, const V* state) {
    return M::times(M::quotient(g, state[0], 1, c.epsilon), c.gradient_factor);
  }
};

/// m ← momentum·m + gain·g;  v ← squared_decay·v + squared_gain·g²;  u = factor·m / (correction·√v + epsilon)
struct Adam {
  static constexpr int kStates = 2;
  static constexpr bool kNarrow = true;
  static constexpr bool kUpdateReadsGradient = false;
  template <class V, class M = Math<V>>
  static LAYER_ROTATION_INLINE void advance(const Coefficients& c, V g, V* state) {
    state[0] = M::times(state[0], c.momentum) + M::times(g, c.gain);
    state[1] = M::times(state[1], c.squared_decay) + M::times(g * g, c.squared_gain);
  }
  template <class V, class M = Math<V>>
  static LAYER_ROTATION_INLINE V update(const Coefficients& c, V, const V* state) {
    return M::times(M::quotient(state[0], state[1], c.correction, c.epsilon), c.factor);
  }
};

/// The same with the largest v so far in the denominator.
struct AmsGrad {
  static constexpr int kStates = 3;
  static constexpr bool kNarrow = true;
  static constexpr bool kUpdateReadsGradient = false;
  template <class V, class M = Math<V>>
  static LAYER_ROTATION_INLINE void advance(const Coefficients& c, V g, V* state) {
    Adam::advance(c, g, state);
    state[2] = M::larger(state[2], state[1]);
  }
  template <class V, class M = Math<V>>
  static LAYER_ROTATION_INLINE V update(const Coefficients& c, V, const V* state) {
    return M::times(M::quotient(state[0], state[2], c.correction, c.epsilon), c.factor);
  }
};

enum class Kind { kPlain, kMomentum, kNesterov, kSquared, kAdam, kAmsGrad };

/// Calls `f` with the rule of this kind.
template <class F>
LAYER_ROTATION_INLINE auto with_rule(Kind kind, F f) {
  switch (kind) {
    case Kind::kPlain: return f(Plain());
    case Kind::kMomentum: return f(Momentum());
    case Kind::kNesterov: return f(Nesterov());
    case Kind::kSquared: return f(Squared());
    case Kind::kAdam: return f(Adam());
    case Kind::kAmsGrad: break;
  }
  return f(AmsGrad());
}

}  // namespace layer_rotation::rules
