#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "decide.h"
#include "optimizer.h"

namespace layer_rotation {

/// A parameter that is trained, and what is kept for it.
struct Slot {
  at::Tensor parameter;
  at::Tensor initial;  ///< the weights that a monitored layer began with; else undefined
  at::Tensor shadow;   ///< as in OptimizedParameter
  size_t layer = 0;    ///< the monitored layer whose learning rate it follows
  SlotSettings settings;
  int64_t units = 1;               ///< neurons, where each is controlled by itself; else 1
  size_t first_unit = 0;           ///< place of its first unit among those of all slots
  std::vector<at::Tensor> states;  ///< of the formula, fp32, in the parameter's layout
  /// The momentum of a parameter whose direction is orthogonalised, which then is its formula's only state; fp32, in
  /// the parameter's layout. Else undefined.
  at::Tensor momentum;
  at::Tensor neuron_squares;  ///< of normalize_neurons(), fp32 [neurons, 1]; undefined without it

  bool is_weight() const { return initial.defined(); }
  int64_t unit_size() const { return parameter.numel() / units; }
  /// The states that the next step needs. A direction is made anew in each step.
  std::vector<at::Tensor> kept_states() const {
    if (!momentum.defined()) return states;
    return neuron_squares.defined() ? std::vector{momentum, neuron_squares} : std::vector{momentum};
  }
};

/// Returns whether the rule, the control or clipping asks for sums over the gradients before the rule sees them.
bool needs_gradient_sums(const OptimizerSpec& spec);

struct Slots {
  std::vector<Slot> slots;
  std::vector<double> initial_norm;  ///< [units of all slots]: the norm that a control gives back; 0 where none does
  std::vector<bool> is_frozen;       ///< [layers]
};

Slots make_slots(const OptimizerSpec& spec, const rotation::Layers& layers,
                 const std::vector<OptimizedParameter>& parameters);

OptimizerState state_of(const Slots& slots, const std::vector<RunningMean>& running_means);
/// Copies the tensors of `state`.
void copy_states(const OptimizerState& state, Slots& slots);

/// The gradient of the parameter, or of its shadow, in its layout; autograd may leave another. Undefined where the loss
/// does not depend on the parameter.
at::Tensor gradient_of(const Slot& slot);

}  // namespace layer_rotation
