#pragma once

#include <cmath>
#include <cstdint>

#include "../kernel/block_kernel.h"
#include "../kernel/epoch_tables.h"
#include "row_loss.h"

namespace layer_rotation {

/// Sums over examples; hits are whole numbers.
struct LossSums {
  double loss = 0;
  double hits = 0;
  double top_hits = 0;

  LAYER_ROTATION_HOST_DEVICE LossSums& operator+=(const LossSums& other) {
    loss += other.loss;
    hits += other.hits;
    top_hits += other.top_hits;
    return *this;
  }
};

/// Loss and gradient of a batch. An item is kernel::kThreads rows.
struct LossOfRows {
  using Sum = LossSums;
  LossSpec spec;
  const float* logits;    ///< [rows, classes]
  const int64_t* labels;  ///< [rows]
  int64_t rows;
  int64_t classes;
  float* gradient;    ///< [rows, classes]
  LossSums* partial;  ///< [items]

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const int64_t row = item * kernel::kThreads + thread;
    if (row >= rows) return {};
    float* to = gradient + row * classes;
    const RowLoss loss =
        row_loss(spec, logits + row * classes, classes, labels[row], static_cast<double>(rows), to, to);
    return {loss.loss, loss.rank == 0 ? 1.0 : 0.0, loss.rank < kTop ? 1.0 : 0.0};
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { partial[item] = total; }
};

/// The batch's loss into its place among the epoch's, and into the epoch's sums; one that is not finite ends the
/// training. One item.
struct LossOfBatch {
  using Sum = LossSums;
  kernel::EpochTables* epoch;
  const LossSums* partial;
  int64_t items;
  int64_t rows;

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t, int thread) const {
    Sum sum;
    for (int64_t i = thread; i < items; i += kernel::kThreads) sum += partial[i];
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t, const Sum& total) const {
    if (epoch->diverged != 0) return;
    const double mean = total.loss / static_cast<double>(rows);
    epoch->losses[epoch->step] = mean;
    epoch->sums[0] += mean * static_cast<double>(rows);
    epoch->sums[1] += total.hits;
    epoch->sums[2] += total.top_hits;
    epoch->sums[3] += static_cast<double>(rows);
    if (!std::isfinite(mean)) epoch->diverged = 1;
  }
};

}  // namespace layer_rotation
