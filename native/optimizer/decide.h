#pragma once

#include <cstdint>

#include "optimizer_spec.h"

/// Weight decay is decided in this file and in no other C++ file: coupled decay becomes part of a slot's Update,
/// decoupled decay part of a unit's Combination. (The controls projected, clamped and magnitudeDirection
/// have definitions of their own for it.)
/// The optimizer of the host and that of block kernels both take a step by the decisions below; their passes over
/// memory only carry them out.
namespace layer_rotation {

/// The settings of a slot that decide its steps. A slot is a parameter that is trained.
struct SlotSettings {
  bool scaled = false;    ///< a control may scale its gradient
  bool combined = false;  ///< a control combines its update with the weights, from sums over its units
  double rate_factor = 1;
  double decay = 0;
  double decoupled_decay = 0;
  MatrixShape shape = {};
};

/// One step of one slot: u = formula(gradient_scale·(c + decay·w)), where c is clip_factor·g within ±bound.
struct Update {
  Formula formula;
  double gradient_scale = 1;
  double decay = 0;
  double clip_factor = 1;
  double bound = kUnbounded;
};

/// The rule's step with coupled decay. `unscaled`: sums over the whole slot's gradient, within ±bound but not yet
/// multiplied by `clip_factor`; needed where a rule or a control scales gradients.
LAYER_ROTATION_HOST_DEVICE inline Update decide_update(const OptimizerSpec& optimizer, const SlotSettings& slot,
                                                       const GradientSums& unscaled, double clip_factor, double rate,
                                                       int64_t step) {
  const GradientSums sums = scaled(unscaled, clip_factor);
  const double by_control = with_alternative(optimizer.control, [&]<class C>(const C& control) -> double {
    if constexpr (C::kScalesGradient) return slot.scaled ? control.gradient_scale(sums, rate, slot.decay) : 1;
    return 1;
  });
  const double by_rule = with_alternative(optimizer.rule, [&]<class R>(const R& rule) -> double {
    if constexpr (R::kScalesGradient) return rule.gradient_scale(sums, rate, slot.decay, by_control);
    return 1;
  });
  return {formula_at(optimizer.rule, rate, step, slot.shape), by_control * by_rule, slot.decay, clip_factor,
          optimizer.clipping.bound()};
}

/// The step of a unit that no control combines: decoupled decay beside the rule's update.
LAYER_ROTATION_HOST_DEVICE inline Combination plain_combination(const SlotSettings& slot, double rate) {
  return {1 - rate * slot.decoupled_decay, 1};
}

/// The step of one unit: the control's, or decoupled decay beside the rule's update. A control that gives the weights
/// their norm back leaves decay out, which acts along the weights and so would have no effect; the others get it.
/// `gradient`: over the unit's clipped gradient, needed where the control reads it. `means`: the unit's own.
LAYER_ROTATION_HOST_DEVICE inline Combination decide_combination(const Control& control, const SlotSettings& slot,
                                                                 const GradientSums& gradient, const UpdateSums& sums,
                                                                 double rate, double initial_norm, RunningMean* means) {
  if (!slot.combined) return plain_combination(slot, rate);
  return with_alternative(control, [&]<class C>(const C& one) -> Combination {
    if constexpr (C::kCombinesUnits) {
      return one.combination({sums, gradient, rate, slot.decay, rate * slot.decoupled_decay, initial_norm}, means);
    }
    return {};
  });
}

/// The steps of all units of a slot at once, for a control that combines layers, which needs the decoupled decay.
/// `gradients` (clipped), `updates` and `combinations`: [units].
LAYER_ROTATION_HOST_DEVICE inline void decide_combinations(const Control& control, const SlotSettings& slot,
                                                           const GradientSums* gradients, const UpdateSums* updates,
                                                           int64_t units, int64_t unit_size, double rate,
                                                           Combination* combinations) {
  const double shrink = rate * slot.decoupled_decay;
  with_alternative(control, [&]<class C>(const C& one) {
    if constexpr (C::kCombinesLayers) {
      one.combinations(gradients, updates, units, unit_size, shrink, combinations);
    }
  });
}

}  // namespace layer_rotation
