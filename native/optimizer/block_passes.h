#pragma once

#include <cmath>
#include <type_traits>

#include "block_tables.h"

/// The block kernels that read and write weights, gradients and states: an item is a chunk.
namespace layer_rotation::block {

struct GradientSumsOfChunks {
  using Sum = GradientSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    const float* weight = tables.slots[chunk.slot].weight;
    const Gradient gradient(tables, chunk.slot);
    const double bound = tables.optimizer.clipping.bound();
    Sum sum;
    for (int64_t i = chunk.begin + thread; i < chunk.end; i += kernel::kThreads) {
      const double w = weight[i], g = bounded<double>(gradient.load<1>(i).values[0], bound);
      sum += {g * g, g * w, w * w};
    }
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { tables.chunk_gradients[item] = total; }
};

/// Writes the update of `formula`, whose state is the momentum, into the only state of slots that have a momentum.
struct DirectionsOfChunks {
  using Sum = kernel::NoSum;
  Tables tables;
  rules::Nesterov formula;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    const Slot& slot = tables.slots[chunk.slot];
    if (slot.momentum == nullptr || tables.epoch->diverged != 0) return;
    const Gradient gradient(tables, chunk.slot);
    const Update& update = tables.updates[chunk.slot];
    const double scale = update.gradient_scale, clipped_scale = scale * update.clip_factor;
    for (int64_t i = chunk.begin + thread; i < chunk.end; i += kernel::kThreads) {
      const double clipped = bounded<double>(gradient.load<1>(i).values[0], update.bound);
      const double g = clipped * clipped_scale + slot.weight[i] * (scale * update.decay);
      double momentum = slot.momentum[i];
      formula.advance(g, &momentum);
      slot.momentum[i] = static_cast<float>(momentum);
      slot.states[0][i] = static_cast<float>(formula.update(g, &momentum));
    }
  }
};

/// Returns whether F is the formula of a slot. The passes run once for each formula of an optimizer, over all chunks.
template <class F>
LAYER_ROTATION_HOST_DEVICE bool has_formula(const Tables& tables, int32_t slot) {
  return std::get_if<F>(&tables.updates[slot].formula) != nullptr;
}

/// All that one thread loads of a slot at once.
template <class F, int N>
struct Loaded {
  kernel::Pack<N> weight, gradient, initial, states[F::kStates + 1];
};

/// A slot's arrays, and its formula.
template <class F>
struct SlotAccess {
  /// Simple formulas in double, those with roots and quotients in fp32, as on the CPU.
  using Number = std::conditional_t<F::kNarrow, float, double>;

  const Slot& slot;
  Gradient gradient;
  F formula;
  double bound;
  double gradient_scale;
  double weight_scale;
  bool reads_gradient;
  bool reads_initial;

  LAYER_ROTATION_HOST_DEVICE SlotAccess(const Tables& tables, int32_t slot, bool reads_gradient, bool reads_initial)
      : slot(tables.slots[slot]),
        gradient(tables, slot),
        formula(*std::get_if<F>(&tables.updates[slot].formula)),
        bound(tables.updates[slot].bound),
        gradient_scale(tables.updates[slot].gradient_scale * tables.updates[slot].clip_factor),
        weight_scale(tables.updates[slot].gradient_scale * tables.updates[slot].decay),
        reads_gradient(reads_gradient),
        reads_initial(reads_initial) {}

  LAYER_ROTATION_HOST_DEVICE bool is_aligned(int64_t begin) const {
    bool aligned =
        kernel::is_aligned(slot.weight, begin) && gradient.is_aligned(begin) && kernel::is_aligned(slot.shadow, begin);
    if (reads_initial) aligned = aligned && kernel::is_aligned(slot.initial, begin);
    for (int s = 0; s < F::kStates; ++s) aligned = aligned && kernel::is_aligned(slot.states[s], begin);
    return aligned;
  }

  template <int N>
  LAYER_ROTATION_HOST_DEVICE Loaded<F, N> load(int64_t i) const {
    Loaded<F, N> loaded;
    loaded.weight = kernel::load_pack<N>(slot.weight + i);
    loaded.gradient = reads_gradient ? gradient.template load<N>(i) : kernel::Pack<N>();
    for (int s = 0; s < F::kStates; ++s) loaded.states[s] = kernel::load_pack<N>(slot.states[s] + i);
    if (reads_initial) loaded.initial = kernel::load_pack<N>(slot.initial + i);
    return loaded;
  }

  /// The rule's update of the k-th number. With `advance` the states are advanced in this pass, otherwise in another.
  template <int N>
  LAYER_ROTATION_HOST_DEVICE double updated(Loaded<F, N>& loaded, int k, bool advance) const {
    const double sum =
        bounded<double>(loaded.gradient.values[k], bound) * gradient_scale + loaded.weight.values[k] * weight_scale;
    const auto g = static_cast<Number>(sum);
    Number states[F::kStates + 1], u{};
    for (int s = 0; s < F::kStates; ++s) states[s] = loaded.states[s].values[k];
    if constexpr (F::kAdvancesLast) u = formula.update(g, states);
    if (advance) {
      formula.advance(g, states);
      for (int s = 0; s < F::kStates; ++s) {
        loaded.states[s].values[k] = static_cast<float>(states[s]);
        states[s] = loaded.states[s].values[k];  // as a second pass will find it
      }
    }
    if constexpr (!F::kAdvancesLast) u = formula.update(g, states);
    return u;
  }

  template <int N>
  LAYER_ROTATION_HOST_DEVICE void store_states(const Loaded<F, N>& loaded, int64_t i) const {
    for (int s = 0; s < F::kStates; ++s) kernel::store_pack<N>(slot.states[s] + i, loaded.states[s]);
  }
};

/// Sums what the control of combined slots needs, and advances their states unless the formula advances last. 16 bytes
/// a number for SGD with momentum.
template <class F>
struct UpdateSumsOfChunks {
  using Sum = UpdateSums;
  Tables tables;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    Sum sum;
    if (!has_formula<F>(tables, chunk.slot)) return sum;
    if (!tables.slots[chunk.slot].settings.combined || tables.epoch->diverged != 0) return sum;
    const SlotAccess<F> access(tables, chunk.slot, /*reads_gradient=*/true, /*reads_initial=*/false);
    constexpr bool advance = !F::kAdvancesLast;
    kernel::for_each_pack(
        chunk.begin, chunk.end, thread, access.is_aligned(chunk.begin),
        [&](int64_t i, auto size) { return access.template load<decltype(size)::value>(i); },
        [&](int64_t i, auto size, auto& loaded) {
          for (int k = 0; k < decltype(size)::value; ++k) {
            const double step = access.updated(loaded, k, advance), weight = loaded.weight.values[k];
            sum.update_dot_weight += step * weight;
            sum.squared_weight += weight * weight;
            sum.squared_update += step * step;
          }
          if (advance) access.store_states(loaded, i);
        });
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const {
    if (has_formula<F>(tables, tables.chunks[item].slot)) tables.chunk_updates[item] = total;
  }
};

/// w ← weight·w + update·u; advances the states that UpdateSumsOfChunks left. 12 bytes a number for SGD with momentum
/// under Layca, 20 without a control, and 8 more in a step that is recorded. May end the step.
template <class F, bool Record>
struct ApplyChunks {
  using Sum = std::conditional_t<Record, rotation::StepSums, kernel::NoSum>;
  using Total = kernel::NoSum;
  Tables tables;
  AdvanceStep end;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const Chunk chunk = tables.chunks[item];
    Sum sum;
    if (!has_formula<F>(tables, chunk.slot)) return sum;
    const Slot& slot = tables.slots[chunk.slot];
    const Combination combination =
        slot.settings.combined ? tables.combinations[chunk.unit] : plain_combination(slot.settings, tables.rate(slot));
    const bool advance = F::kAdvancesLast || !slot.settings.combined, record = Record && slot.initial != nullptr;
    const SlotAccess<F> access(tables, chunk.slot, advance || record || F::kUpdateReadsGradient, record);
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
    if constexpr (Record) {
      if (has_formula<F>(tables, tables.chunks[item].slot)) tables.chunk_steps[item] = total;
    }
  }

  LAYER_ROTATION_HOST_DEVICE uint32_t* arrivals() const { return end.arrivals(); }
  LAYER_ROTATION_HOST_DEVICE void finish(const Total&) const { end.advance(); }

 private:
  /// `after` is the stored number, not the computed one: the record is of the weights that the network has.
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

/// The pass without and with records, as templates of the formula alone.
template <class F>
using ApplyChunksUnrecorded = ApplyChunks<F, false>;
template <class F>
using ApplyChunksRecorded = ApplyChunks<F, true>;

}  // namespace layer_rotation::block
