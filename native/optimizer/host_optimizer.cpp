#include "host_optimizer.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "../rotation/monitor.h"
#include "rules/rule_coefficients.h"
#include "update_aten.h"
#include "update_cpu.h"

namespace layer_rotation {

using Control = ControlSpec::Type;
using rotation::Combination;
using rotation::Projection;
using rotation::StepRecord;
using rotation::StepSums;

HostOptimizer::HostOptimizer(const OptimizerSpec& spec, const rotation::Layers& layers, Slots slots)
    : spec_(spec), layers_(layers), slots_(std::move(slots)), mean_square_(slots_.initial_norm.size()) {
  const rules::Kind rule = rule_kind(spec.rule);
  backend_ =
      layers_.kernels() == Kernels::kCpu ? make_cpu_backend(rule, slots_.slots) : make_aten_backend(rule, slots_.slots);
}

void HostOptimizer::begin_epoch(int64_t steps_before, const std::vector<double>& rates, int64_t) {
  steps_ = steps_before;
  rates_ = rates;
  step_ = 0;
  records_.clear();
}

bool HostOptimizer::step(bool record) {
  c10::NoGradGuard no_grad;
  ++steps_;
  backend_->begin();
  std::vector<GradientSums> gradients;
  if (needs_gradient_sums(spec_)) gradients = backend_->sum_gradients();
  const std::vector<Update> updates = this->updates(gradients);
  std::vector<Projection> projections;
  if (combines(spec_.control)) projections = backend_->project(updates);
  const std::vector<StepSums> sums = backend_->apply(updates, combinations(gradients, projections), record);
  if (record) this->record(sums);
  ++step_;
  return std::all_of(sums.begin(), sums.end(),
                     [](const StepSums& slot) { return std::isfinite(slot.displacement.squared_weight); });
}

std::vector<StepRecord> HostOptimizer::records(const std::vector<int32_t>& steps) {
  records_.resize(steps.size() * layers_.size());  // without that of a step that diverged
  return std::move(records_);
}

void HostOptimizer::import_state(const OptimizerState& state) {
  copy_states(state, slots_);
  mean_square_ = state.mean_square;
}

double HostOptimizer::rate(size_t slot) const {
  return rates()[slots_.slots[slot].layer] * slots_.slots[slot].settings.rate_factor;
}

std::vector<Update> HostOptimizer::updates(const std::vector<GradientSums>& gradients) const {
  std::vector<Update> updates;
  for (size_t i = 0; i < slots_.slots.size(); ++i) {
    const Slot& slot = slots_.slots[i];
    const ParameterSettings& settings = slot.settings;
    const double rate = this->rate(i);
    Update update{rule_coefficients(spec_.rule, rate, steps_), 1, settings.decay};
    if (scales_gradient(spec_.rule) || scales_gradient(spec_.control)) {
      GradientSums sums;
      for (int64_t unit = 0; unit < slot.units; ++unit) sums += gradients[slot.first_unit + unit];
      const bool scaled = slot.is_weight() && settings.controlled;
      const double by_control = scaled ? control_gradient_scale(spec_.control, sums, rate, settings.decay) : 1;
      update.gradient_scale = by_control * rule_gradient_scale(spec_.rule, sums, rate, settings.decay, by_control);
    }
    updates.push_back(update);
  }
  return updates;
}

std::vector<Combination> HostOptimizer::combinations(const std::vector<GradientSums>& gradients,
                                                     const std::vector<Projection>& projections) {
  std::vector<Combination> combinations(mean_square_.size());
  for (size_t i = 0; i < slots_.slots.size(); ++i) {
    const Slot& slot = slots_.slots[i];
    const double rate = this->rate(i), shrink = rate * slot.settings.decoupled_decay;
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

Combination HostOptimizer::turning(const Projection& sums, double rate, size_t unit) {
  const double norm = slots_.initial_norm[unit];
  switch (spec_.control.type) {
    case Control::kFixedNorm: return fixed_norm(sums, rate, norm);
    case Control::kRotational: return rotational(sums, rate, norm, spec_.control.decay, mean_square_[unit]);
    default: return rotation::layca(sums, rate, norm);
  }
}

void HostOptimizer::record(const std::vector<StepSums>& sums) {
  const rotation::Reference& initial = layers_.initial();
  records_.resize(records_.size() + layers_.size());
  StepRecord* records = records_.data() + records_.size() - layers_.size();
  if (std::find(slots_.is_frozen.begin(), slots_.is_frozen.end(), true) != slots_.is_frozen.end()) {
    const auto displacements = rotation::measure_displacement(layers_, initial);
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      if (slots_.is_frozen[layer]) records[layer] = frozen_record(displacements[layer], initial.squared_norm(layer));
    }
  }
  for (size_t i = 0; i < slots_.slots.size(); ++i) {
    const Slot& slot = slots_.slots[i];
    if (slot.is_weight()) records[slot.layer] = rotation::record({sums[i], initial.squared_norm(slot.layer), rate(i)});
  }
}

}  // namespace layer_rotation
