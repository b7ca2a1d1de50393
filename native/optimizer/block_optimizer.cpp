#include "block_optimizer.h"

#include <c10/core/GradMode.h>

#include <algorithm>

#include "../device/upload.h"
#include "../rotation/monitor.h"
#include "block_decisions.h"
#include "block_passes.h"
#include "orthogonalize.h"

namespace layer_rotation {
namespace {

using rotation::StepRecord;
using rotation::StepSums;

std::vector<block::Unit> units_of(const std::vector<Slot>& slots, const std::vector<double>& initial_norm) {
  std::vector<block::Unit> units;
  for (size_t i = 0; i < slots.size(); ++i) {
    for (int64_t unit = 0; unit < slots[i].units; ++unit) {
      units.push_back({static_cast<int32_t>(i), 0, 0, initial_norm[units.size()]});
    }
  }
  return units;
}

/// The chunks of all units; writes into each unit which are its own.
std::vector<block::Chunk> cut(const std::vector<Slot>& slots, std::vector<block::Unit>& units) {
  std::vector<block::Chunk> chunks;
  for (size_t u = 0; u < units.size(); ++u) {
    block::Unit& unit = units[u];
    const Slot& slot = slots[static_cast<size_t>(unit.slot)];
    const int64_t size = slot.unit_size(),
                  begin = (static_cast<int64_t>(u) - static_cast<int64_t>(slot.first_unit)) * size;
    unit.first_chunk = static_cast<int32_t>(chunks.size());
    for (int64_t at = begin; at < begin + size; at += kernel::kRound) {
      chunks.push_back({unit.slot, static_cast<int32_t>(u), at, std::min(at + kernel::kRound, begin + size)});
    }
    unit.chunks = static_cast<int32_t>(chunks.size()) - unit.first_chunk;
  }
  return chunks;
}

/// One formula of each type that slots have. The rate and the step do not matter to the type.
std::vector<Formula> formulas_of(const Rule& rule, const std::vector<Slot>& slots) {
  std::vector<Formula> formulas;
  for (const Slot& slot : slots) {
    const Formula formula = formula_at(rule, 0, 1, slot.settings.shape);
    const auto is_same = [&](const Formula& known) { return known.index() == formula.index(); };
    if (std::none_of(formulas.begin(), formulas.end(), is_same)) formulas.push_back(formula);
  }
  return formulas;
}

block::Slot on_device(const Slot& slot, const std::vector<block::Unit>& units) {
  const block::Unit &first = units[slot.first_unit],
                    &last = units[slot.first_unit + static_cast<size_t>(slot.units) - 1];
  block::Slot result{};
  result.weight = slot.parameter.data_ptr<float>();
  result.shadow = slot.shadow.defined() ? slot.shadow.data_ptr<at::BFloat16>() : nullptr;
  result.initial = slot.is_weight() ? slot.initial.const_data_ptr<float>() : nullptr;
  for (size_t s = 0; s < slot.states.size(); ++s) result.states[s] = slot.states[s].data_ptr<float>();
  result.momentum = slot.momentum.defined() ? slot.momentum.data_ptr<float>() : nullptr;
  result.layer = static_cast<int32_t>(slot.layer);
  result.first_unit = static_cast<int32_t>(slot.first_unit);
  result.units = static_cast<int32_t>(slot.units);
  result.first_chunk = first.first_chunk;
  result.chunks = last.first_chunk + last.chunks - first.first_chunk;
  result.settings = slot.settings;
  return result;
}

}  // namespace

BlockOptimizer::BlockOptimizer(const OptimizerSpec& spec, const rotation::Layers& layers, Slots slots,
                               EpochState& epoch)
    : spec_(spec),
      layers_(layers),
      slots_(std::move(slots)),
      formulas_(formulas_of(spec.rule, slots_.slots)),
      epoch_(epoch) {
  const at::Device device = epoch.device();
  std::vector<block::Unit> units = units_of(slots_.slots, slots_.initial_norm);
  const std::vector<block::Chunk> chunks = cut(slots_.slots, units);
  std::vector<block::Slot> table;
  for (const Slot& slot : slots_.slots) table.push_back(on_device(slot, units));
  units_ = static_cast<int64_t>(units.size());
  chunks_ = static_cast<int64_t>(chunks.size());

  const auto keep = [&](const auto& values) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    memory_.push_back(kernel::uploaded(values, device));
    return kernel::pointer<Value>(memory_.back());
  };
  const auto space = [&](auto* type, size_t count) {
    using Value = std::remove_pointer_t<decltype(type)>;
    memory_.push_back(kernel::bytes(count * sizeof(Value), device));
    return kernel::pointer<Value>(memory_.back());
  };
  tables_.optimizer = spec;
  tables_.epoch = epoch.tables();
  tables_.layers = static_cast<int64_t>(layers.size());
  tables_.slots = keep(table);
  tables_.units = keep(units);
  tables_.chunks = keep(chunks);
  const bool sums = needs_gradient_sums(spec);
  tables_.chunk_gradients = sums ? space(tables_.chunk_gradients, chunks.size()) : nullptr;
  tables_.unit_gradients = sums ? space(tables_.unit_gradients, units.size()) : nullptr;
  tables_.clip_factors = spec.clipping.scales() ? space(tables_.clip_factors, table.size()) : nullptr;
  tables_.updates = space(tables_.updates, table.size());
  tables_.chunk_updates = space(tables_.chunk_updates, chunks.size());
  tables_.unit_updates = space(tables_.unit_updates, units.size());
  tables_.combinations = space(tables_.combinations, units.size());
  means_ = units_ * means_of_unit(spec.control);
  running_means_ = kernel::uploaded(std::vector<RunningMean>(static_cast<size_t>(means_)), device);
  tables_.running_means = kernel::pointer<RunningMean>(running_means_);
  tables_.chunk_steps = space(tables_.chunk_steps, chunks.size());
  eager_.on_device = kernel::bytes(table.size() * sizeof(const void*), device);
}

void BlockOptimizer::begin_epoch(int64_t, const std::vector<double>& rates, int64_t records) {
  rates_ = rates;
  const auto layers = static_cast<int64_t>(layers_.size());
  epoch_.set_rates(rates);
  epoch_.reserve(static_cast<int64_t>(rates.size()) / layers, records, layers);
}

OptimizerState BlockOptimizer::export_state() const {
  return state_of(slots_, kernel::downloaded<RunningMean>(running_means_, static_cast<size_t>(means_)));
}

void BlockOptimizer::import_state(const OptimizerState& state) {
  copy_states(state, slots_);
  kernel::upload(state.running_means.data(), state.running_means.size(), running_means_);
}

void BlockOptimizer::begin_capture(GradientTable& table) {
  table.on_device = at::empty_like(eager_.on_device);
  captured_ = &table;
}

void BlockOptimizer::end_capture() {
  kernel::upload(captured_->addresses.data(), captured_->addresses.size(), captured_->on_device);
  captured_ = nullptr;
}

void BlockOptimizer::find_gradients() {
  gradients_.clear();
  std::vector<const void*> addresses;
  for (const Slot& slot : slots_.slots) {
    gradients_.push_back(gradient_of(slot));
    addresses.push_back(gradients_.back().defined() ? gradients_.back().const_data_ptr() : nullptr);
  }
  GradientTable& table = captured_ != nullptr ? *captured_ : eager_;
  const bool moved = addresses != table.addresses;
  table.addresses = std::move(addresses);
  // A captured step's kernels run later, when end_capture() has copied the addresses.
  if (captured_ == nullptr && moved) kernel::upload(eager_.addresses.data(), eager_.addresses.size(), eager_.on_device);
}

bool BlockOptimizer::step(bool record) {
  if (!slots_.slots.empty()) step(record, {});
  return true;
}

void BlockOptimizer::step_and_advance(int64_t images, bool record) {
  if (slots_.slots.empty()) return epoch_.advance(images, record);
  step(record, epoch_.end_of_step(images, record));
}

void BlockOptimizer::step(bool record, const AdvanceStep& end) {
  c10::NoGradGuard no_grad;
  find_gradients();
  block::Tables tables = tables_;
  tables.gradients = kernel::pointer<const void*>((captured_ != nullptr ? *captured_ : eager_).on_device);
  update(tables, record, end);
  gradients_.clear();
}

void BlockOptimizer::update(const block::Tables& tables, bool record, const AdvanceStep& end) const {
  const at::Device device = epoch_.device();
  const auto slots = static_cast<int64_t>(slots_.slots.size());
  const bool combines_layers = layer_rotation::combines_layers(spec_.control);
  const auto for_each_formula = [&](auto run) {
    for (const Formula& formula : formulas_) with_alternative(formula, run);
  };
  if (needs_gradient_sums(spec_)) kernel::run(block::GradientSumsOfChunks{tables}, chunks_, device);
  if (spec_.clipping.scales()) {
    const bool together = spec_.clipping.type == GradientClipping::Type::kNormOfNetwork;
    kernel::run(block::FindClipFactors{tables, static_cast<int32_t>(chunks_)}, together ? 1 : slots, device);
  }
  if (reads_unit_gradients(spec_.control)) kernel::run(block::GradientSumsOfUnits{tables}, units_, device);
  kernel::run(block::DecideUpdates{tables}, slots, device);
  with_alternative(spec_.rule, [&]<class R>(const R& rule) {
    if constexpr (R::kOrthogonalizes) {
      kernel::run(block::DirectionsOfChunks{tables, rule.direction()}, chunks_, device);
      orthogonalize_directions(slots_.slots, rule.orthogonalization);
    }
  });
  if (combines(spec_.control)) {
    for_each_formula([&]<class F>(const F&) { kernel::run(block::UpdateSumsOfChunks<F>{tables}, chunks_, device); });
    kernel::run(block::DecideCombinations{tables}, units_, device);
  }
  if (combines_layers) kernel::run(block::DecideLayerCombinations{tables}, slots, device);
  for (const Formula& formula : formulas_) {
    const bool is_last = !record && &formula == &formulas_.back();
    const AdvanceStep then = is_last ? end : AdvanceStep{};
    with_alternative(formula, [&]<class F>(const F&) {
      if (record) {
        kernel::run(block::ApplyChunks<F, true>{tables, then}, chunks_, device);
      } else {
        kernel::run(block::ApplyChunks<F, false>{tables, then}, chunks_, device);
      }
    });
  }
  if (record) kernel::run(block::RecordLayers{tables, end}, slots, device);
}

std::vector<StepRecord> BlockOptimizer::records(const std::vector<int32_t>& steps) {
  const rotation::Reference& initial = layers_.initial();
  const size_t layers = layers_.size();
  const std::vector<StepSums> sums = epoch_.records(static_cast<int64_t>(steps.size()));
  std::vector<double> factor(layers);
  for (const Slot& slot : slots_.slots) {
    if (slot.is_weight()) factor[slot.layer] = slot.settings.rate_factor;
  }
  std::vector<rotation::Displacement> displacements;
  if (std::find(slots_.is_frozen.begin(), slots_.is_frozen.end(), true) != slots_.is_frozen.end()) {
    displacements = rotation::measure_displacement(layers_, initial);  // the same all the time
  }
  std::vector<StepRecord> records;
  for (size_t i = 0; i < steps.size(); ++i) {
    const double* rates = rates_.data() + static_cast<size_t>(steps[i]) * layers;
    for (size_t layer = 0; layer < layers; ++layer) {
      const double squared_norm = initial.squared_norm(layer);
      records.push_back(slots_.is_frozen[layer]
                            ? rotation::frozen_record(displacements[layer], squared_norm)
                            : rotation::record({sums[i * layers + layer], squared_norm, rates[layer] * factor[layer]}));
    }
  }
  return records;
}

}  // namespace layer_rotation
