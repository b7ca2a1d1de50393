#pragma once

#include "math.h"

/// The formulas that several rules share. A formula is a rule's arithmetic in one step, with the constants of that
/// step, on a number or a vector of numbers of type V: advance() moves the state, that is, what the rule keeps of
/// earlier gradients, and update() returns what the rule adds to the weights. Under a control a step reads the weights
/// twice, and asks for the update each time: once to sum over it, once to apply it.
///
///     static constexpr int kStates;                // numbers of state a weight
///     static constexpr bool kNarrow;               // computed in fp32, for its roots and quotients, else in double
///     static constexpr bool kUpdateReadsGradient;  // update() uses the gradient, not only the state
///     static constexpr bool kAdvancesLast;         // update() wants the state of before the step, not of after it
namespace layer_rotation::rules {

/// u = gradient_factor·g
struct Plain {
  static constexpr int kStates = 0;
  static constexpr bool kNarrow = false;
  static constexpr bool kUpdateReadsGradient = true;
  static constexpr bool kAdvancesLast = false;
  double gradient_factor = 0;

  template <class V>
  LAYER_ROTATION_INLINE void advance(V, V*) const {}
  template <class V>
  LAYER_ROTATION_INLINE V update(V g, const V*) const {
    return g * gradient_factor;
  }
};

/// v ← momentum·v + gain·g;  u = factor·v
struct Momentum {
  static constexpr int kStates = 1;
  static constexpr bool kNarrow = false;
  static constexpr bool kUpdateReadsGradient = false;
  static constexpr bool kAdvancesLast = false;
  double momentum;
  double gain;
  double factor;

  template <class V>
  LAYER_ROTATION_INLINE void advance(V g, V* state) const {
    state[0] = state[0] * momentum + g * gain;
  }
  template <class V>
  LAYER_ROTATION_INLINE V update(V, const V* state) const {
    return state[0] * factor;
  }
};

/// The velocity of Momentum with u = factor·v + gradient_factor·g
struct Nesterov : Momentum {
  static constexpr bool kUpdateReadsGradient = true;
  double gradient_factor;

  template <class V>
  LAYER_ROTATION_INLINE V update(V g, const V* state) const {
    return state[0] * factor + g * gradient_factor;
  }
};

/// a ← decay·a + gain·g²;  u = factor·g / (√a + epsilon)
struct Squared {
  static constexpr int kStates = 1;
  static constexpr bool kNarrow = true;
  static constexpr bool kUpdateReadsGradient = true;
  static constexpr bool kAdvancesLast = false;
  double decay;
  double gain;
  double factor;
  double epsilon;

  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE void advance(V g, V* state) const {
    state[0] = M::times(state[0], decay) + M::times(g * g, gain);
  }
  template <class V, class M = Math<V>>
  LAYER_ROTATION_INLINE V update(V g, const V* state) const {
    return M::times(M::quotient(g, state[0], 1, epsilon), factor);
  }
};

}  // namespace layer_rotation::rules
