#pragma once

#include "block_tables.h"

/// The block kernels that decide a step by decide.h, from sums over chunks: an item is a slot or a unit.
namespace layer_rotation::block {

/// The factors by which gradients are clipped: one for each slot, or, for the norm of the network, a single one from
/// all `chunks`.
struct FindClipFactors {
  using Sum = GradientSums;
  Tables tables;
  int32_t chunks;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    if (tables.optimizer.clipping.type == GradientClipping::Type::kNormOfNetwork) {
      return sum_of_chunks(tables.chunk_gradients, 0, chunks, thread);
    }
    const Slot& slot = tables.slots[item];
    return sum_of_chunks(tables.chunk_gradients, slot.first_chunk, slot.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    tables.clip_factors[item] = tables.optimizer.clipping.factor(total.squared_gradient);
  }
};

struct GradientSumsOfUnits {
  using Sum = GradientSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Unit& unit = tables.units[item];
    return sum_of_chunks(tables.chunk_gradients, unit.first_chunk, unit.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    tables.unit_gradients[item] = scaled(total, tables.clip_factor(tables.units[item].slot));
  }
};

/// [slots]
struct DecideUpdates {
  using Sum = GradientSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Slot& slot = tables.slots[item];
    const bool scales = scales_gradient(tables.optimizer.rule) || scales_gradient(tables.optimizer.control);
    return scales ? sum_of_chunks(tables.chunk_gradients, slot.first_chunk, slot.chunks, thread) : Sum();
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    const Slot& slot = tables.slots[item];
    tables.updates[item] = decide_update(tables.optimizer, slot.settings, total, tables.clip_factor(item),
                                         tables.rate(slot), tables.epoch->total_steps + 1);
  }
};

/// [units]: how each is combined with its update, where the control combines its slot.
struct DecideCombinations {
  using Sum = UpdateSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Unit& unit = tables.units[item];
    if (!tables.slots[unit.slot].settings.combined) return Sum();
    return sum_of_chunks(tables.chunk_updates, unit.first_chunk, unit.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    const Unit& unit = tables.units[item];
    const Slot& slot = tables.slots[unit.slot];
    const Control& control = tables.optimizer.control;
    if (!slot.settings.combined || tables.epoch->diverged != 0) return;
    if (combines_layers(control)) {
      tables.unit_updates[item] = total;  // for DecideLayerCombinations
      return;
    }
    const GradientSums gradient = reads_unit_gradients(control) ? tables.unit_gradients[item] : GradientSums();
    tables.combinations[item] =
        decide_combination(control, slot.settings, gradient, total, tables.rate(slot), unit.initial_norm,
                           tables.running_means + item * means_of_unit(control));
  }
};

/// [slots]: how all units of a layer are combined with their updates.
struct DecideLayerCombinations {
  using Sum = kernel::NoSum;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const Slot& slot = tables.slots[item];
    if (thread != 0 || !slot.settings.combined) return;
    const Chunk& last = tables.chunks[slot.first_chunk + slot.chunks - 1];
    decide_combinations(tables.optimizer.control, slot.settings, tables.unit_gradients + slot.first_unit,
                        tables.unit_updates + slot.first_unit, slot.units, last.end / slot.units, tables.rate(slot),
                        tables.combinations + slot.first_unit);
  }
};

/// [slots]: the sums of a layer's step, in the row of this record. Ends the step.
struct RecordLayers {
  using Sum = rotation::StepSums;
  using Total = kernel::NoSum;
  Tables tables;
  AdvanceStep end;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Slot& slot = tables.slots[item];
    return slot.initial == nullptr ? Sum() : sum_of_chunks(tables.chunk_steps, slot.first_chunk, slot.chunks, thread);
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    const Slot& slot = tables.slots[item];
    if (slot.initial == nullptr || tables.epoch->diverged != 0) return;
    tables.epoch->records[tables.epoch->record * tables.layers + slot.layer] = total;
  }

  LAYER_ROTATION_HOST_DEVICE uint32_t* arrivals() const { return end.arrivals(); }
  LAYER_ROTATION_HOST_DEVICE void finish(const Total&) const { end.advance(); }
};

}  // namespace layer_rotation::block
