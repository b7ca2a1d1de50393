#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "../device/block_kernel.h"
#include "../device/warp.h"
#include "../epoch/epoch_tables.h"
#include "row_loss.h"

namespace layer_rotation {

/// The rows of logits of which a block takes one with each warp.
constexpr int64_t kRowsOfBlock = kernel::kWarps;

/// Adds up the losses of a step's blocks of rows, of all parts that the step's batch has.
struct LossOfBatch {
  EpochTables* epoch;  ///< null while parts are missing
  const ExampleSums* partial;
  int64_t items;

  /// A thread's share of the sums of the batch.
  LAYER_ROTATION_HOST_DEVICE ExampleSums total(int thread) const {
    ExampleSums total;
    for (int64_t i = thread; i < items; i += kernel::kThreads) {
      const ExampleSums& stored = partial[i];
      total += {kernel::read_stored(stored.loss), kernel::read_stored(stored.hits),
                kernel::read_stored(stored.top5_hits), kernel::read_stored(stored.examples)};
    }
    return total;
  }
  /// Stores the batch's loss among the epoch's losses and adds it to the epoch's sums; a loss that is not finite ends
  /// the training.
  LAYER_ROTATION_HOST_DEVICE void store(const ExampleSums& total) const {
    if (epoch->diverged != 0) return;
    const double mean = total.loss / total.examples;
    epoch->losses[epoch->step] = mean;
    // Not total.loss: EpochSums adds up means too, and both must give the same bits.
    *epoch->sums += {mean * total.examples, total.hits, total.top5_hits, total.examples};
    if (!std::isfinite(mean)) epoch->diverged = 1;
  }
};

/// Computes loss and gradient of a batch, or of a part of one, whose logits are in fp32 or bf16. An item is
/// kRowsOfBlock rows. Ends with the loss of the batch.
template <class Value, bool kMixed>
struct LossOfRows {
  using Sum = ExampleSums;
  using Total = ExampleSums;
  LossSpec spec;
  const Value* logits;    ///< [rows, classes]
  const int64_t* labels;  ///< [rows]
  const int64_t* others;  ///< [rows]: the second labels of mixed images; not used for others
  const EpochTables* epoch;
  int64_t rows;
  int64_t rows_of_step;  ///< more where these are those of a part of the step
  int64_t classes;
  Value* gradient;  ///< [rows, classes]
  Sum* partial;     ///< [items]
  LossOfBatch batch;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const kernel::Warp warp(thread);
    const int64_t row = item * kRowsOfBlock + warp.index();
    if (row >= rows || warp.is_idle()) return {};
    Value* to = gradient + row * classes;
    float* exponentials = nullptr;
    if constexpr (std::is_same_v<Value, float>) exponentials = to;
    const RowLoss loss = row_loss(warp, spec, logits + row * classes, classes, labels_of(row),
                                  static_cast<double>(rows_of_step), exponentials, to);
    if (!warp.is_first_lane()) return {};
    return {loss.loss, loss.hits, loss.top5_hits, 1};
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { partial[item] = total; }

  LAYER_ROTATION_HOST_DEVICE uint32_t* arrivals() const { return batch.epoch ? &batch.epoch->arrivals : nullptr; }
  LAYER_ROTATION_HOST_DEVICE Total total(int thread) const { return batch.total(thread); }
  LAYER_ROTATION_HOST_DEVICE void finish(const Total& total) const { batch.store(total); }

  LAYER_ROTATION_HOST_DEVICE auto labels_of(int64_t row) const {
    if constexpr (kMixed) {
      return TwoLabels{labels[row], others[row], epoch->mixes[epoch->step].share};
    } else {
      return OneLabel{labels[row]};
    }
  }
};

}  // namespace layer_rotation
