#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>

#include "../../device/with_alternative.h"
#include "adagrad.h"
#include "adam.h"
#include "effective_sgd.h"
#include "formulas.h"
#include "lion.h"
#include "matrix.h"
#include "muon.h"
#include "normalized_sgd.h"
#include "rmsprop.h"
#include "sgd.h"
#include "sgd_adam_momentum.h"

namespace layer_rotation {

/// Every update rule. A new one is a header beside this one and an entry here.
using Rule = std::variant<rules::Sgd, rules::SgdAdamMomentum, rules::Adam, rules::Rmsprop, rules::Adagrad,
                          rules::NormalizedSgd, rules::EffectiveSgd, rules::Lion, rules::Muon, rules::NorMuon>;

/// Every formula that some rule's at() returns: those for which the passes over memory are compiled.
using Formula = std::variant<rules::Plain, rules::Momentum, rules::Nesterov, rules::Squared, rules::AdamFormula,
                             rules::AmsGradFormula, rules::LionFormula, rules::Direction>;

namespace rules {

template <class... F>
LAYER_ROTATION_HOST_DEVICE inline Formula as_formula(const std::variant<F...>& one_of_some) {
  return with_alternative(one_of_some, [](const auto& formula) { return Formula(formula); });
}
template <class F>
LAYER_ROTATION_HOST_DEVICE inline Formula as_formula(const F& formula) {
  return formula;
}

template <class... F>
constexpr int most_states(const std::variant<F...>*) {
  return std::max({F::kStates...});
}

}  // namespace rules

/// The most states that a formula has.
constexpr int kMostStates = rules::most_states(static_cast<const Formula*>(nullptr));

/// The formula of `rule` for a parameter of this shape, at learning rate `rate` in its `step`-th step, counted from 1.
LAYER_ROTATION_HOST_DEVICE inline Formula formula_at(const Rule& rule, double rate, int64_t step,
                                                     const MatrixShape& shape) {
  return with_alternative(rule, [&]<class R>(const R& one) {
    if constexpr (R::kOrthogonalizes) {
      return rules::as_formula(one.at(rate, step, shape));
    } else {
      return rules::as_formula(one.at(rate, step));
    }
  });
}

/// The options of the matrix stage; none if the rule takes matrices as they are.
inline std::optional<Orthogonalization> orthogonalization_of(const Rule& rule) {
  return with_alternative(rule, []<class R>(const R& one) -> std::optional<Orthogonalization> {
    if constexpr (R::kOrthogonalizes) return one.orthogonalization;
    return std::nullopt;
  });
}

/// True if the rule multiplies its gradient by a number that depends on gradient and weights as a whole.
LAYER_ROTATION_HOST_DEVICE inline bool scales_gradient(const Rule& rule) {
  return with_alternative(rule, []<class R>(const R&) { return R::kScalesGradient; });
}

}  // namespace layer_rotation
