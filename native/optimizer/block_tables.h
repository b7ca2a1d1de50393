#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

#include "../device/vector_access.h"
#include "../epoch/advance_step.h"
#include "decide.h"

/// An optimizer's step as block kernels. None of it passes through the host, so that a step can be captured as a CUDA
/// graph. In their order: GradientSumsOfChunks, FindClipFactors and GradientSumsOfUnits (where clipping, a rule or a
/// control needs them), DecideUpdates, DirectionsOfChunks (for a rule that orthogonalises, then by ATen),
/// UpdateSumsOfChunks (under a control that combines), DecideCombinations (likewise), DecideLayerCombinations (for a
/// control that combines layers), ApplyChunks, RecordLayers (where the step is recorded).
namespace layer_rotation::block {

/// A parameter that is trained.
struct Slot {
  float* weight;
  c10::BFloat16* shadow;  ///< as in OptimizedParameter; null if there is none
  const float* initial;   ///< the weights that a monitored layer began with; else null
  float* states[kMostStates];
  float* momentum;  ///< as in layer_rotation::Slot; null if there is none
  int32_t layer;
  int32_t first_unit;
  int32_t units;
  int32_t first_chunk;
  int32_t chunks;
  SlotSettings settings;
};

/// A slot, or one of its neurons where each is controlled by itself.
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
  OptimizerSpec optimizer;
  EpochTables* epoch;
  int64_t layers;
  const Slot* slots;
  const Unit* units;
  const Chunk* chunks;
  const void* const* gradients;   ///< [slots]; bf16 where there is a shadow; null where the loss does not depend on it
  GradientSums* chunk_gradients;  ///< [chunks]; null where no rule or control needs them
  GradientSums* unit_gradients;   ///< [units]; of clipped gradients
  double* clip_factors;           ///< [slots], or [1] for the norm of the network; null where clipping has none
  Update* updates;                ///< [slots]
  UpdateSums* chunk_updates;      ///< [chunks]
  UpdateSums* unit_updates;       ///< [units]
  Combination* combinations;      ///< [units]; of combined slots
  RunningMean* running_means;     ///< [units][means of a unit]
  rotation::StepSums* chunk_steps;

  LAYER_ROTATION_HOST_DEVICE double clip_factor(int64_t slot) const {
    if (clip_factors == nullptr) return 1;
    return clip_factors[optimizer.clipping.type == GradientClipping::Type::kNormOfNetwork ? 0 : slot];
  }
  LAYER_ROTATION_HOST_DEVICE double rate(const Slot& slot) const {
    return epoch->rates[epoch->step * layers + slot.layer] * slot.settings.rate_factor;
  }
};

/// A slot's gradient; null if there is none.
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

/// A thread's share of the sum over the chunks [first, first + count), whose sums are `partial`.
template <class Sum>
LAYER_ROTATION_HOST_DEVICE inline Sum sum_of_chunks(const Sum* partial, int32_t first, int32_t count, int thread) {
  Sum sum;
  for (int32_t i = thread; i < count; i += kernel::kThreads) sum += partial[first + i];
  return sum;
}

}  // namespace layer_rotation::block
