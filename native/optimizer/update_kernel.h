#pragma once

#include <c10/util/BFloat16.h>

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "../device/vector_access.h"
#include "../epoch/epoch_tables.h"
#include "controls/combine.h"
#include "rules/rule_coefficients.h"
#include "update.h"

/// An optimizer's step as block kernels: nothing of it passes through the host, so that a step can be captured as a
/// CUDA graph. In their order: gradient sums (where a rule or control needs them), PrepareUpdates, ProjectChunks and
/// combinations (under a control), ApplyChunks, RecordLayers (where the step is recorded).
namespace layer_rotation::block {

/// A parameter that is trained.
struct Slot {
  float* weight;
  c10::BFloat16* shadow;  ///< a copy that follows the weight; null where there is none
  const float* initial;   ///< of a monitored layer, else null
  float* states[3];
  int32_t layer;
  int32_t first_unit;
  int32_t units;
  int32_t first_chunk;
  int32_t chunks;
  bool controlled;  ///< its update is combined with the weights from sums over its units
  bool scaled;      ///< a control may scale its gradient
  double rate_factor;
  double decay;
  double decoupled_decay;
};

/// What is controlled by itself: a slot, or one of its neurons.
struct Unit {
  int32_t slot;
  int32_t first_chunk;
  int32_t chunks;
  double initial_norm;
};

/// A stretch of one unit.
struct Chunk {
  int32_t slot;
  int32_t unit;
  int64_t begin;
  int64_t end;
};

/// All that the kernels share, in device memory.
struct Tables {
  RuleSpec rule;
  ControlSpec control;
  kernel::EpochTables* epoch;
  int64_t layers;
  const Slot* slots;
  const Unit* units;
  const Chunk* chunks;
  const void* const* gradients;   ///< [slots]; null where nothing hangs on a parameter; bf16 where there is a shadow
  GradientSums* chunk_gradients;  ///< [chunks]; null where nothing needs them
  GradientSums* unit_gradients;   ///< [units]
  Update* updates;                ///< [slots]
  rotation::Projection* chunk_projections;
  rotation::Projection* unit_projections;
  rotation::Combination* combinations;  ///< [units]
  RunningMean* mean_squares;            ///< [units]
  rotation::StepSums* chunk_steps;

  LAYER_ROTATION_HOST_DEVICE double rate(const Slot& slot) const {
    return epoch->rates[epoch->step * layers + slot.layer] * slot.rate_factor;
  }
};

/// A slot's gradient; null where there is none.
struct Gradient {
  const void* values;
  bool is_bf16;

  LAYER_ROTATION_HOST_DEVICE Gradient(const Tables& tables, int32_t slot)
      : values(tables.gradients[slot]), is_bf16(tables.slots[slot].shadow != nullptr) {}

  LAYER_ROTATION_HOST_DEVICE bool is_aligned(int64_t begin) const {
    return is_bf16 ? kernel::is_aligned(static_cast<const c10::BFloat16*>(values), begin)
                   : kernel::is_aligned(static_cast<const float*>(values), begin);
  }

  template <int N>
  LAYER_ROTATION_HOST_DEVICE kernel::Pack<N> load(int64_t i) const {
    if (values == nullptr) return {};
    return is_bf16 ? kernel::load_pack<N>(static_cast<const c10::BFloat16*>(values) + i)
                   : kernel::load_pack<N>(static_cast<const float*>(values) + i);
  }
};

/// The sum over the chunks [first, first + count) of what they hold.
template <class Sum>
LAYER_ROTATION_HOST_DEVICE inline Sum sum_of_chunks(const Sum* partial, int32_t first, int32_t count, int thread) {
  Sum sum;
  for (int32_t i = thread; i < count; i += kernel::kThreads) sum += partial[first + i];
  return sum;
}

struct GradientSumsOfChunks {
  using Sum = GradientSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    const float* weight = tables.slots[chunk.slot].weight;
    const Gradient gradient(tables, chunk.slot);
    Sum sum;
    for (int64_t i = chunk.begin + thread; i < chunk.end; i += kernel::kThreads) {
      const double w = weight[i], g = gradient.load<1>(i).values[0];
      sum += {g * g, g * w, w * w};
    }
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { tables.chunk_gradients[item] = total; }
};

struct GradientSumsOfUnits {
  using Sum = GradientSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Unit& unit = tables.units[item];
    return sum_of_chunks(tables.chunk_gradients, unit.first_chunk, unit.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { tables.unit_gradients[item] = total; }
};

/// [slots]: the constants of this step.
struct PrepareUpdates {
  using Sum = GradientSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE bool scales() const {
    return scales_gradient(tables.rule) || scales_gradient(tables.control);
  }
  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Slot& slot = tables.slots[item];
    return scales() ? sum_of_chunks(tables.chunk_gradients, slot.first_chunk, slot.chunks, thread) : Sum();
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    const Slot& slot = tables.slots[item];
    const double rate = tables.rate(slot);
    Update update{rule_coefficients(tables.rule, rate, tables.epoch->total_steps + 1), 1, slot.decay};
    if (scales()) {
      const double by_control = slot.scaled ? control_gradient_scale(tables.control, total, rate, slot.decay) : 1;
      update.gradient_scale = by_control * rule_gradient_scale(tables.rule, total, rate, slot.decay, by_control);
    }
    tables.updates[item] = update;
  }
};

/// What one thread loads of a slot at once.
template <class Rule, int N>
struct Loaded {
  kernel::Pack<N> weight, gradient, initial, states[Rule::kStates + 1];
};

/// A slot's arrays, and its rule.
template <class Rule>
struct SlotAccess {
  /// Simple rules in double, those with roots and quotients in fp32, as on the CPU.
  using Number = std::conditional_t<Rule::kNarrow, float, double>;

  const Slot& slot;
  Gradient gradient;
  Update update;
  bool reads_gradient;
  bool reads_initial;

  LAYER_ROTATION_HOST_DEVICE bool is_aligned(int64_t begin) const {
    bool aligned =
        kernel::is_aligned(slot.weight, begin) && gradient.is_aligned(begin) && kernel::is_aligned(slot.shadow, begin);
    if (reads_initial) aligned = aligned && kernel::is_aligned(slot.initial, begin);
    for (int s = 0; s < Rule::kStates; ++s) aligned = aligned && kernel::is_aligned(slot.states[s], begin);
    return aligned;
  }

  template <int N>
  LAYER_ROTATION_HOST_DEVICE Loaded<Rule, N> load(int64_t i) const {
    Loaded<Rule, N> loaded;
    loaded.weight = kernel::load_pack<N>(slot.weight + i);
    loaded.gradient = reads_gradient ? gradient.template load<N>(i) : kernel::Pack<N>();
    for (int s = 0; s < Rule::kStates; ++s) loaded.states[s] = kernel::load_pack<N>(slot.states[s] + i);
    if (reads_initial) loaded.initial = kernel::load_pack<N>(slot.initial + i);
    return loaded;
  }

  /// The rule's update of the k-th number, with its states advanced or found so.
  template <int N>
  LAYER_ROTATION_HOST_DEVICE double updated(Loaded<Rule, N>& loaded, int k, bool advance) const {
    const double scale = update.gradient_scale;
    const double g = loaded.gradient.values[k] * scale + loaded.weight.values[k] * (scale * update.decay);
    Number states[Rule::kStates + 1];
    for (int s = 0; s < Rule::kStates; ++s) states[s] = loaded.states[s].values[k];
    if (advance) {
      Rule::advance(update.coefficients, static_cast<Number>(g), states);
      for (int s = 0; s < Rule::kStates; ++s) {
        loaded.states[s].values[k] = static_cast<float>(states[s]);
        states[s] = loaded.states[s].values[k];  // as a second pass will find it
      }
    }
    return Rule::update(update.coefficients, static_cast<Number>(g), states);
  }

  template <int N>
  LAYER_ROTATION_HOST_DEVICE void store_states(const Loaded<Rule, N>& loaded, int64_t i) const {
    for (int s = 0; s < Rule::kStates; ++s) kernel::store_pack<N>(slot.states[s] + i, loaded.states[s]);
  }
};

/// Advances the states of controlled slots and sums what their control needs. 16 bytes a number for SGD with momentum.
template <class Rule>
struct ProjectChunks {
  using Sum = rotation::Projection;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    const Slot& slot = tables.slots[chunk.slot];
    Sum sum;
    if (!slot.controlled || tables.epoch->diverged != 0) return sum;
    const SlotAccess<Rule> access{slot, Gradient(tables, chunk.slot), tables.updates[chunk.slot], true, false};
    kernel::for_each_pack(
        chunk.begin, chunk.end, thread, access.is_aligned(chunk.begin),
        [&](int64_t i, auto size) { return access.template load<decltype(size)::value>(i); },
        [&](int64_t i, auto size, auto& loaded) {
          for (int k = 0; k < decltype(size)::value; ++k) {
            const double step = access.updated(loaded, k, /*advance=*/true), weight = loaded.weight.values[k];
            sum.update_dot_weight += step * weight;
            sum.squared_weight += weight * weight;
            sum.squared_update += step * step;
          }
          access.store_states(loaded, i);
        });
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    tables.chunk_projections[item] = total;
  }
};

/// [units]: how each is combined with its update.
struct CombineUnits {
  using Sum = rotation::Projection;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Unit& unit = tables.units[item];
    if (!tables.slots[unit.slot].controlled) return Sum();
    return sum_of_chunks(tables.chunk_projections, unit.first_chunk, unit.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    const Slot& slot = tables.slots[tables.units[item].slot];
    if (tables.epoch->diverged != 0) return;
    const double rate = tables.rate(slot);
    if (!slot.controlled) {
      tables.combinations[item] = {1 - rate * slot.decoupled_decay, 1};
    } else if (tables.control.type == ControlSpec::Type::kProjected) {
      tables.unit_projections[item] = total;  // for CombineProjected
    } else {
      tables.combinations[item] = turning(total, rate, item);
    }
  }

 private:
  LAYER_ROTATION_HOST_DEVICE rotation::Combination turning(const Sum& sums, double rate, int64_t unit) const {
    const double norm = tables.units[unit].initial_norm;
    if (tables.control.type == ControlSpec::Type::kFixedNorm) return fixed_norm(sums, rate, norm);
    if (tables.control.type == ControlSpec::Type::kRotational) {
      return rotational(sums, rate, norm, tables.control.decay, tables.mean_squares[unit]);
    }
    return rotation::layca(sums, rate, norm);
  }
};

/// [slots]: SGDP and AdamP look at all neurons of a layer.
struct CombineProjected {
  using Sum = kernel::NoSum;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const Slot& slot = tables.slots[item];
    if (thread != 0 || !slot.controlled) return;
    const Chunk& last = tables.chunks[slot.first_chunk + slot.chunks - 1];
    projected(tables.control, tables.unit_gradients + slot.first_unit, tables.unit_projections + slot.first_unit,
              slot.units, last.end / slot.units, tables.rate(slot) * slot.decoupled_decay,
              tables.combinations + slot.first_unit);
  }
};

/// w ← weight·w + update·u; advances the states of the slots that nothing controls. 12 bytes a number under Layca, 20
/// for plain SGD with momentum, and 8 more in a step that is recorded.
template <class Rule, bool Record>
struct ApplyChunks {
  using Sum = std::conditional_t<Record, rotation::StepSums, kernel::NoSum>;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    const Slot& slot = tables.slots[chunk.slot];
    const rotation::Combination combination = tables.combinations[chunk.unit];
    const bool advance = !slot.controlled, record = Record && slot.initial != nullptr;
    const SlotAccess<Rule> access{slot, Gradient(tables, chunk.slot), tables.updates[chunk.slot],
                                  advance || record || Rule::kUpdateReadsGradient, record};
    Sum sum;
    if (tables.epoch->diverged != 0) return sum;
    bool finite = true;
    kernel::for_each_pack(
        chunk.begin, chunk.end, thread, access.is_aligned(chunk.begin),
        [&](int64_t i, auto size) { return access.template load<decltype(size)::value>(i); },
        [&](int64_t i, auto size, auto& loaded) {
          constexpr int kSize = decltype(size)::value;
          kernel::Pack<kSize> stored;
          for (int k = 0; k < kSize; ++k) {
            const double before = loaded.weight.values[k], step = access.updated(loaded, k, advance);
            stored.values[k] = static_cast<float>(combination.weight * before + combination.update * step);
            finite = finite && std::isfinite(stored.values[k]);
            if constexpr (Record) {
              if (record) add(sum, before, stored.values[k], loaded.initial.values[k], loaded.gradient.values[k]);
            }
          }
          kernel::store_pack<kSize>(slot.weight + i, stored);
          if (slot.shadow != nullptr) kernel::store_pack<kSize>(slot.shadow + i, stored);
          if (advance) access.store_states(loaded, i);
        });
    if (!finite) tables.epoch->raise_not_finite();
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    if constexpr (Record) tables.chunk_steps[item] = total;
  }

 private:
  /// Of what was stored, not of what was computed: the record is of the weights that the network has.
  LAYER_ROTATION_HOST_DEVICE static void add(rotation::StepSums& sum, double before, double after, double initial,
                                             double gradient) {
    const double difference = after - initial, moved = after - before;
    sum += {{difference * difference, difference * initial, after * after},
            before * before,
            moved * moved,
            moved * before,
            gradient * gradient};
  }
};

/// [slots]: the sums of a layer's step, in the row of this record.
struct RecordLayers {
  using Sum = rotation::StepSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Slot& slot = tables.slots[item];
    return slot.initial == nullptr ? Sum() : sum_of_chunks(tables.chunk_steps, slot.first_chunk, slot.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    const Slot& slot = tables.slots[item];
    if (slot.initial == nullptr || tables.epoch->diverged != 0) return;
    tables.epoch->records[tables.epoch->record * tables.layers + slot.layer] = total;
  }
};

}  // namespace layer_rotation::block
