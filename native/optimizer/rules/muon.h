#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <variant>

#include "adam.h"
#include "formulas.h"
#include "matrix.h"
#include "rule.h"

namespace layer_rotation::rules {

/// u = factor·d, for the direction d that stands in the place of a state. Nothing moves it in the passes over memory.
struct Direction {
  static constexpr int kStates = 1;
  static constexpr bool kNarrow = false;
  static constexpr bool kUpdateReadsGradient = false;
  static constexpr bool kAdvancesLast = false;
  double factor;

  template <class V>
  LAYER_ROTATION_INLINE void advance(V, V*) const {}
  template <class V>
  LAYER_ROTATION_INLINE V update(V, const V* state) const {
    return state[0] * factor;
  }
};

/// Muon: the momentum of a matrix, orthogonalised. Adam trains the other parameters.
struct Muon : RuleDefaults {
  static constexpr std::array kNames{"muon"};
  static constexpr bool kOrthogonalizes = true;
  enum class ShapeFactor { kOriginal, kMatchRmsAdamW, kNone };

  double momentum = 0;
  bool nesterov = false;
  Orthogonalization orthogonalization;
  ShapeFactor shape_factor = ShapeFactor::kOriginal;
  Adam vectors;
  double vector_rate = 0;  ///< factor of the learning rate of `vectors`

  template <class Config>
  void read(const Config& config) {
    momentum = config.fraction("momentum");
    nesterov = config.boolean("nesterov");
    orthogonalization.steps = static_cast<int>(config.integer("nsSteps", 1, 99));
    orthogonalization.epsilon = config.at_least_zero("epsilon");
    orthogonalization.is_bf16 = config.template one_of<bool>("precision", {{"bf16", true}, {"fp32", false}});
    shape_factor = config.template one_of<ShapeFactor>("shapeFactor", {{"original", ShapeFactor::kOriginal},
                                                                       {"matchRmsAdamW", ShapeFactor::kMatchRmsAdamW},
                                                                       {"none", ShapeFactor::kNone}});
    vectors.read(config.part("vectors"));
    vector_rate = config.at_least_zero("vectorRate");
  }

  /// The direction is the state of this formula, or with Nesterov's momentum its look-ahead: v ← momentum·v +
  /// (1 − momentum)·g.
  LAYER_ROTATION_HOST_DEVICE Nesterov direction() const {
    const double gain = 1 - momentum;
    if (nesterov) return {{momentum, gain, momentum}, gain};
    return {{momentum, gain, 1}, 0};
  }

  LAYER_ROTATION_HOST_DEVICE std::variant<Direction, AdamFormula, AmsGradFormula> at(double rate, int64_t step,
                                                                                     const MatrixShape& shape) const {
    if (shape.is_matrix()) return Direction{-rate * factor(shape)};
    return with_alternative(
        vectors.at(rate * vector_rate, step),
        [](const auto& formula) -> std::variant<Direction, AdamFormula, AmsGradFormula> { return formula; });
  }

 private:
  LAYER_ROTATION_HOST_DEVICE double factor(const MatrixShape& shape) const {
    const auto rows = static_cast<double>(shape.rows), columns = static_cast<double>(shape.columns);
    switch (shape_factor) {
      case ShapeFactor::kOriginal: return std::sqrt(std::max(1.0, rows / columns));
      case ShapeFactor::kMatchRmsAdamW: return 0.2 * std::sqrt(std::max(rows, columns));
      case ShapeFactor::kNone: break;
    }
    return 1;
  }
};

/// NorMuon: Muon whose steps have the same mean square in all neurons, on average over the steps.
struct NorMuon : Muon {
  static constexpr std::array kNames{"norMuon"};

  template <class Config>
  void read(const Config& config) {
    Muon::read(config);
    orthogonalization.normalizes_neurons = true;
    orthogonalization.beta2 = config.fraction("beta2");
  }
};

}  // namespace layer_rotation::rules
