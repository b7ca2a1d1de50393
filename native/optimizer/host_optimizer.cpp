#include "host_optimizer.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "../rotation/monitor.h"
#include "orthogonalize.h"
#include "update_aten.h"
#include "update_cpu.h"

namespace layer_rotation {

using rotation::StepRecord;
using rotation::StepSums;

HostOptimizer::HostOptimizer(const OptimizerSpec& spec, const rotation::Layers& layers, Slots slots)
    : spec_(spec),
      layers_(layers),
      slots_(std::move(slots)),
      running_means_(slots_.initial_norm.size() * static_cast<size_t>(means_of_unit(spec.control))) {
  backend_ = layers_.backend() == Backend::kCpu ? make_cpu_backend(slots_.slots) : make_aten_backend(slots_.slots);
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
  if (needs_gradient_sums(spec_)) gradients = backend_->sum_gradients(spec_.clipping.bound());
  const std::vector<Update> updates = this->updates(gradients);
  with_alternative(spec_.rule, [&]<class R>(const R& rule) {
    if constexpr (R::kOrthogonalizes) {
      backend_->find_directions(rule.direction(), updates);
      orthogonalize_directions(slots_.slots, rule.orthogonalization);
    }
  });
  std::vector<UpdateSums> update_sums(slots_.initial_norm.size());
  if (combines(spec_.control)) update_sums = backend_->sum_updates(updates);
  clip(gradients, updates);
  const std::vector<StepSums> sums = backend_->apply(updates, combinations(gradients, update_sums), record);
  if (record) this->record(sums);
  ++step_;
  return std::all_of(sums.begin(), sums.end(),
                     [](const StepSums& slot) { return std::isfinite(slot.displacement.squared_weight); });
}

std::vector<StepRecord> HostOptimizer::records(const std::vector<int32_t>& steps) {
  records_.resize(steps.size() * layers_.size());  // a step that diverged has no record
  return std::move(records_);
}

void HostOptimizer::import_state(const OptimizerState& state) {
  copy_states(state, slots_);
  running_means_ = state.running_means;
}

double HostOptimizer::rate(size_t slot) const {
  return rates()[slots_.slots[slot].layer] * slots_.slots[slot].settings.rate_factor;
}

std::vector<Update> HostOptimizer::updates(const std::vector<GradientSums>& gradients) const {
  std::vector<GradientSums> of_slots(slots_.slots.size());
  GradientSums of_network;
  for (size_t i = 0; i < of_slots.size() && !gradients.empty(); ++i) {
    const Slot& slot = slots_.slots[i];
    for (int64_t unit = 0; unit < slot.units; ++unit) of_slots[i] += gradients[slot.first_unit + unit];
    of_network += of_slots[i];
  }
  const GradientClipping& clipping = spec_.clipping;
  std::vector<Update> updates;
  for (size_t i = 0; i < of_slots.size(); ++i) {
    const bool together = clipping.type == GradientClipping::Type::kNormOfNetwork;
    const double squared_norm = (together ? of_network : of_slots[i]).squared_gradient;
    const double clip_factor = clipping.scales() ? clipping.factor(squared_norm) : 1;
    updates.push_back(decide_update(spec_, slots_.slots[i].settings, of_slots[i], clip_factor, rate(i), steps_));
  }
  return updates;
}

void HostOptimizer::clip(std::vector<GradientSums>& gradients, const std::vector<Update>& updates) const {
  if (!spec_.clipping.scales()) return;
  for (size_t i = 0; i < slots_.slots.size(); ++i) {
    const Slot& slot = slots_.slots[i];
    for (size_t unit = slot.first_unit; unit < slot.first_unit + static_cast<size_t>(slot.units); ++unit) {
      gradients[unit] = scaled(gradients[unit], updates[i].clip_factor);
    }
  }
}

std::vector<Combination> HostOptimizer::combinations(const std::vector<GradientSums>& gradients,
                                                     const std::vector<UpdateSums>& updates) {
  std::vector<Combination> combinations(updates.size());
  for (size_t i = 0; i < slots_.slots.size(); ++i) {
    const Slot& slot = slots_.slots[i];
    const size_t first = slot.first_unit;
    if (slot.settings.combined && combines_layers(spec_.control)) {
      decide_combinations(spec_.control, slot.settings, &gradients[first], &updates[first], slot.units,
                          slot.unit_size(), rate(i), &combinations[first]);
      continue;
    }
    for (size_t unit = first; unit < first + static_cast<size_t>(slot.units); ++unit) {
      combinations[unit] = decide_combination(
          spec_.control, slot.settings, gradients.empty() ? GradientSums() : gradients[unit], updates[unit], rate(i),
          slots_.initial_norm[unit], running_means_.data() + unit * means_of_unit(spec_.control));
    }
  }
  return combinations;
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
