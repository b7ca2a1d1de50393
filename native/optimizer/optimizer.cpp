#include "optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/sum.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "../rotation/layca.h"
#include "../rotation/monitor.h"
#include "rule_step.h"
#include "update_aten.h"
#include "update_cpu.h"

namespace layer_rotation {
namespace {

using Control = ControlSpec::Type;
using rotation::Combination;
using rotation::Projection;
using rotation::StepRecord;
using rotation::StepSums;

/// Whether weights and update are combined by factors that hang on sums over both.
bool combines(const ControlSpec& control) { return control.type != Control::kNone && control.type != Control::kLars; }

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

}  // namespace

Optimizer::Optimizer(const OptimizerSpec& spec, const rotation::Layers& layers,
                     std::vector<OptimizedParameter> parameters)
    : spec_(spec), layers_(layers) {
  c10::NoGradGuard no_grad;
  size_t first_unit = 0;
  for (OptimizedParameter& parameter : parameters) {
    if (!parameter.settings.trained) {
      has_frozen_layers_ = has_frozen_layers_ || parameter.is_weight;
      continue;
    }
    const bool controlled = parameter.is_weight && parameter.settings.controlled && combines(spec.control);
    const at::Tensor initial = parameter.is_weight ? layers_.initial().weight(parameter.layer) : at::Tensor();
    Slot slot{parameter.tensor, initial,
              controlled,       controlled ? units(spec.control, parameter.tensor) : 1,
              first_unit,       initial_states(spec.rule, parameter.tensor)};
    if (controlled) {
      add_norms(initial_norm_, initial, slot.units);
    } else {
      initial_norm_.push_back(0);
    }
    first_unit += static_cast<size_t>(slot.units);
    slots_.push_back(std::move(slot));
    parameters_.push_back(std::move(parameter));
  }
  mean_square_.resize(first_unit);
  const rules::Kind rule = rule_kind(spec.rule);
  backend_ = layers_.has_cpu_kernels() ? make_cpu_backend(rule, slots_) : make_aten_backend(rule, slots_);
}

void Optimizer::step(const double* rates, StepRecord* records) {
  c10::NoGradGuard no_grad;
  ++steps_;
  backend_->begin();
  std::vector<GradientSums> gradients;
  if (needs_gradient_sums()) gradients = backend_->sum_gradients();
  const std::vector<Update> updates = this->updates(rates, gradients);
  std::vector<Projection> projections;
  if (combines(spec_.control)) projections = backend_->project(updates);
  const std::vector<StepSums> sums =
      backend_->apply(updates, combinations(rates, gradients, projections), records != nullptr);
  if (records != nullptr) record(rates, sums, records);
}

OptimizerState Optimizer::export_state() const {
  OptimizerState state{{}, {}, mean_square_, steps_};
  for (const Slot& slot : slots_) {
    state.parameters.push_back(slot.parameter);
    state.states.push_back(slot.states);
  }
  return state;
}

void Optimizer::import_state(const OptimizerState& state) {
  c10::NoGradGuard no_grad;
  for (size_t i = 0; i < slots_.size(); ++i) {
    for (size_t j = 0; j < slots_[i].states.size(); ++j) slots_[i].states[j].copy_(state.states[i][j]);
  }
  mean_square_ = state.mean_square;
  steps_ = state.steps;
}

double Optimizer::rate(size_t slot, const double* rates) const {
  return rates[parameters_[slot].layer] * parameters_[slot].settings.rate_factor;
}

bool Optimizer::needs_gradient_sums() const {
  return scales_gradient(spec_.rule) || scales_gradient(spec_.control) || spec_.control.type == Control::kProjected;
}

std::vector<Update> Optimizer::updates(const double* rates, const std::vector<GradientSums>& gradients) const {
  std::vector<Update> updates;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const ParameterSettings& settings = parameters_[i].settings;
    const double rate = this->rate(i, rates);
    Update update{rule_coefficients(spec_.rule, rate, steps_), 1, settings.decay};
    if (scales_gradient(spec_.rule) || scales_gradient(spec_.control)) {
      GradientSums sums;
      for (int64_t unit = 0; unit < slots_[i].units; ++unit) sums += gradients[slots_[i].first_unit + unit];
      const bool scaled = parameters_[i].is_weight && settings.controlled;
      const double by_control = scaled ? control_gradient_scale(spec_.control, sums, rate, settings.decay) : 1;
      update.gradient_scale = by_control * rule_gradient_scale(spec_.rule, sums, rate, settings.decay, by_control);
    }
    updates.push_back(update);
  }
  return updates;
}

std::vector<Combination> Optimizer::combinations(const double* rates, const std::vector<GradientSums>& gradients,
                                                 const std::vector<Projection>& projections) {
  std::vector<Combination> combinations(mean_square_.size());
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    const double rate = this->rate(i, rates), shrink = rate * parameters_[i].settings.decoupled_decay;
    const size_t first = slot.first_unit;
    if (!slot.controlled) {
      combinations[first] = {1 - shrink, 1};
    } else if (spec_.control.type == Control::kProjected) {
      projected(spec_.control, &gradients[first], &projections[first], slot.units, slot.unit_size(), shrink,
                &combinations[first]);
    } else {
      // Decay acts along the weights, whose norm is given back: it has no effect.
      for (size_t unit = first; unit < first + static_cast<size_t>(slot.units); ++unit) {
        combinations[unit] = turning(projections[unit], rate, unit);
      }
    }
  }
  return combinations;
}

Combination Optimizer::turning(const Projection& sums, double rate, size_t unit) {
  const double norm = initial_norm_[unit];
  switch (spec_.control.type) {
    case Control::kFixedNorm: return fixed_norm(sums, rate, norm);
    case Control::kRotational: return rotational(sums, rate, norm, spec_.control.decay, mean_square_[unit]);
    default: return rotation::layca(sums, rate, norm);
  }
}

void Optimizer::record(const double* rates, const std::vector<StepSums>& sums, StepRecord* records) const {
  const rotation::Reference& initial = layers_.initial();
  if (has_frozen_layers_) {
    const auto displacements = rotation::measure_displacement(layers_, initial);
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      const double squared_weight = displacements[layer].squared_weight;
      records[layer] =
          StepSums{displacements[layer], squared_weight, 0, 0, std::nan("")}.record(initial.squared_norm(layer), 0);
    }
  }
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (!parameters_[i].is_weight) continue;
    const size_t layer = parameters_[i].layer;
    records[layer] = sums[i].record(initial.squared_norm(layer), rate(i, rates));
  }
}

}  // namespace layer_rotation
