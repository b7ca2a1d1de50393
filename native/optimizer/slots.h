#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "optimizer.h"

namespace layer_rotation {

/// A parameter that is trained, and what is kept for it.
struct Slot {
  at::Tensor parameter;
  at::Tensor initial;  ///< of a monitored layer; else undefined
  at::Tensor shadow;   ///< as in OptimizedParameter
  size_t layer = 0;    ///< whose learning rate it follows
  ParameterSettings settings;
  bool controlled = false;         ///< its update is combined with the weights from sums over its units
  int64_t units = 1;               ///< neurons, where each is controlled by itself; else 1
  size_t first_unit = 0;           ///< of this slot among those of all
  std::vector<at::Tensor> states;  ///< fp32, in the parameter's layout

  bool is_weight() const { return initial.defined(); }
  int64_t unit_size() const { return parameter.numel() / units; }
};

/// Whether weights and update are combined by factors that hang on sums over both.
bool combines(const ControlSpec& control);

/// Whether the rule or the control asks for sums over the gradients before the rule sees them.
bool needs_gradient_sums(const OptimizerSpec& spec);

struct Slots {
  std::vector<Slot> slots;
  std::vector<double> initial_norm;  ///< [units] of controlled slots: the norm that a control gives back
  std::vector<bool> is_frozen;       ///< [layers]
};

Slots make_slots(const OptimizerSpec& spec, const rotation::Layers& layers,
                 const std::vector<OptimizedParameter>& parameters);

OptimizerState state_of(const Slots& slots, const std::vector<RunningMean>& mean_square);
/// Takes the tensors of `state`.
void copy_states(const OptimizerState& state, Slots& slots);

/// Of the parameter, or of its shadow, in its layout; autograd may leave another. Undefined where nothing hangs on it.
at::Tensor gradient_of(const Slot& slot);

}  // namespace layer_rotation
