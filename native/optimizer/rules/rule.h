#pragma once

#include "../sums.h"

namespace layer_rotation::rules {

/// An update rule is a struct in its own header, listed in rules.h, with
///
///     static constexpr std::array kNames{"sgd"};           // the types by which a config names it
///     double momentum = 0;                                 // its fields
///     void read(const auto& config);                       // reads them: config.fraction("momentum"), …
///     Momentum at(double rate, int64_t step) const;        // its formula in its step-th step, counted from 1
///
/// and whatever it does otherwise than these defaults. The fields' meaning and the formulas' sources are in
/// src/optimizer/rules/. nvcc compiles the headers too.
struct RuleDefaults {
  /// The rule multiplies its gradient by a number that it finds from sums over gradient and weights. It then has
  /// `double gradient_scale(const GradientSums&, double rate, double decay, double control_scale) const`: the factor of
  /// control_scale·(g + decay·w).
  static constexpr bool kScalesGradient = false;

  /// The rule replaces the gradient of a matrix by an orthogonal direction before its formula sees it. It then has
  /// `Orthogonalization orthogonalization`, `Nesterov direction() const`, whose update is the matrix to orthogonalise,
  /// and `at(double rate, int64_t step, const MatrixShape&)`: the direction takes the place of the formula's only
  /// state.
  static constexpr bool kOrthogonalizes = false;

  /// The value of every state before the first step.
  LAYER_ROTATION_HOST_DEVICE double initial_state() const { return 0; }
};

}  // namespace layer_rotation::rules
