#include "slots.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

#include "../device/with_alternative.h"

namespace layer_rotation {
namespace {

std::vector<at::Tensor> initial_states(const Rule& rule, const at::Tensor& parameter, const MatrixShape& shape) {
  const int count = with_alternative(formula_at(rule, 0, 1, shape), []<class F>(const F&) { return F::kStates; });
  const double value = with_alternative(rule, [](const auto& one) { return one.initial_state(); });
  std::vector<at::Tensor> states;
  for (int i = 0; i < count; ++i) states.push_back(at::full_like(parameter.detach(), value));
  return states;
}

MatrixShape matrix_shape(const at::Tensor& parameter) {
  if (parameter.dim() < 2) return {};
  return {parameter.size(0), parameter.numel() / parameter.size(0)};
}

SlotSettings slot_settings(const Control& control, const OptimizedParameter& parameter) {
  const auto& [tensor, layer, is_weight, settings, shadow] = parameter;
  const bool controlled = is_weight && settings.controlled;
  return {controlled && scales_gradient(control),
          controlled && combines(control),
          settings.rate_factor,
          settings.decay,
          settings.decoupled_decay,
          matrix_shape(tensor)};
}

/// The norm of each of the equal stretches of `weight`.
void add_norms(std::vector<double>& norms, const at::Tensor& weight, int64_t units) {
  const at::Tensor squared = at::sum(weight.to(at::kDouble).reshape({units, -1}).square(), 1).sqrt().cpu();
  norms.insert(norms.end(), squared.const_data_ptr<double>(), squared.const_data_ptr<double>() + units);
}

/// Returns whether each element is at the same place in the memory of both tensors, which have the same shape.
bool same_layout(const at::Tensor& a, const at::Tensor& b) {
  for (int64_t d = 0; d < a.dim(); ++d) {
    if (a.size(d) > 1 && a.stride(d) != b.stride(d)) return false;  // no loop steps along a dimension of size 1
  }
  return true;
}

}  // namespace

bool needs_gradient_sums(const OptimizerSpec& spec) {
  return scales_gradient(spec.rule) || scales_gradient(spec.control) || reads_unit_gradients(spec.control) ||
         spec.clipping.scales();
}

Slots make_slots(const OptimizerSpec& spec, const rotation::Layers& layers,
                 const std::vector<OptimizedParameter>& parameters) {
  c10::NoGradGuard no_grad;
  const std::optional<Orthogonalization> orthogonalization = orthogonalization_of(spec.rule);
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
    slot.settings = slot_settings(spec.control, parameter);
    slot.units = slot.settings.combined && is_per_neuron(spec.control) ? rotation::neurons(tensor) : 1;
    slot.first_unit = first_unit;
    slot.states = initial_states(spec.rule, tensor, slot.settings.shape);
    if (orthogonalization && slot.settings.shape.is_matrix()) {
      slot.momentum = at::zeros_like(tensor.detach());
      if (orthogonalization->normalizes_neurons) {
        slot.neuron_squares = at::zeros({slot.settings.shape.rows, 1}, tensor.options());
      }
    }
    if (slot.settings.combined) {
      add_norms(result.initial_norm, slot.initial, slot.units);
    } else {
      result.initial_norm.push_back(0);
    }
    first_unit += static_cast<size_t>(slot.units);
    result.slots.push_back(std::move(slot));
  }
  return result;
}

OptimizerState state_of(const Slots& slots, const std::vector<RunningMean>& running_means) {
  OptimizerState state{{}, {}, running_means};
  for (const Slot& slot : slots.slots) {
    state.parameters.push_back(slot.parameter);
    state.states.push_back(slot.kept_states());
  }
  return state;
}

void copy_states(const OptimizerState& state, Slots& slots) {
  c10::NoGradGuard no_grad;
  for (size_t i = 0; i < slots.slots.size(); ++i) {
    const std::vector<at::Tensor> own = slots.slots[i].kept_states();
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
