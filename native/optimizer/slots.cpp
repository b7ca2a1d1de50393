#include "slots.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/sum.h>
#include <c10/core/GradMode.h>

#include "controls/combine.h"
#include "rules/rule_coefficients.h"

namespace layer_rotation {
namespace {

using Control = ControlSpec::Type;

int64_t units(const ControlSpec& control, const at::Tensor& weight) {
  const bool per_neuron = control.type == Control::kProjected || (combines(control) && control.per_neuron);
  return per_neuron ? rotation::neurons(weight) : 1;
}

std::vector<at::Tensor> initial_states(const RuleSpec& rule, const at::Tensor& parameter) {
  std::vector<at::Tensor> states;
  for (int i = 0; i < state_count(rule_kind(rule)); ++i) {
    const bool accumulator = rule.type == RuleSpec::Type::kAdagrad;
    states.push_back(at::full_like(parameter.detach(), accumulator ? rule.initial_accumulator : 0));
  }
  return states;
}

/// The norm of each of the equal stretches of `weight`.
void add_norms(std::vector<double>& norms, const at::Tensor& weight, int64_t units) {
  const at::Tensor squared = at::sum(weight.to(at::kDouble).reshape({units, -1}).square(), 1).sqrt().cpu();
  norms.insert(norms.end(), squared.const_data_ptr<double>(), squared.const_data_ptr<double>() + units);
}

/// Whether the same element stands at the same place in the memory of both, which have one shape.
bool same_layout(const at::Tensor& a, const at::Tensor& b) {
  for (int64_t d = 0; d < a.dim(); ++d) {
    if (a.size(d) > 1 && a.stride(d) != b.stride(d)) return false;  // nobody steps along a dimension of size 1
  }
  return true;
}

}  // namespace

bool combines(const ControlSpec& control) { return control.type != Control::kNone && control.type != Control::kLars; }

bool needs_gradient_sums(const OptimizerSpec& spec) {
  return scales_gradient(spec.rule) || scales_gradient(spec.control) || spec.control.type == Control::kProjected;
}

Slots make_slots(const OptimizerSpec& spec, const rotation::Layers& layers,
                 const std::vector<OptimizedParameter>& parameters) {
  c10::NoGradGuard no_grad;
  Slots result;
  result.is_frozen.resize(layers.size());
  size_t first_unit = 0;
  for (const OptimizedParameter& parameter : parameters) {
    const auto& [tensor, layer, is_weight, settings, shadow] = parameter;
    if (!settings.trained) {
      if (is_weight) result.is_frozen[layer] = true;
      continue;
    }
    Slot slot;
    slot.parameter = tensor;
    slot.shadow = shadow;
    if (is_weight) slot.initial = layers.initial().weight(layer);
    slot.layer = layer;
    slot.settings = settings;
    slot.controlled = is_weight && settings.controlled && combines(spec.control);
    slot.units = slot.controlled ? units(spec.control, tensor) : 1;
    slot.first_unit = first_unit;
    slot.states = initial_states(spec.rule, tensor);
    if (slot.controlled) {
      add_norms(result.initial_norm, slot.initial, slot.units);
    } else {
      result.initial_norm.push_back(0);
    }
    first_unit += static_cast<size_t>(slot.units);
    result.slots.push_back(std::move(slot));
  }
  return result;
}

OptimizerState state_of(const Slots& slots, const std::vector<RunningMean>& mean_square) {
  OptimizerState state{{}, {}, mean_square};
  for (const Slot& slot : slots.slots) {
    state.parameters.push_back(slot.parameter);
    state.states.push_back(slot.states);
  }
  return state;
}

void copy_states(const OptimizerState& state, Slots& slots) {
  c10::NoGradGuard no_grad;
  for (size_t i = 0; i < slots.slots.size(); ++i) {
    std::vector<at::Tensor>& own = slots.slots[i].states;
    for (size_t j = 0; j < own.size(); ++j) own[j].copy_(state.states[i][j]);
  }
}

at::Tensor gradient_of(const Slot& slot) {
  const at::Tensor& holder = slot.shadow.defined() ? slot.shadow : slot.parameter;
  const at::Tensor& gradient = holder.grad();
  if (!gradient.defined() || same_layout(gradient, holder)) return gradient;
  return at::empty_like(holder.detach()).copy_(gradient);
}

}  // namespace layer_rotation
