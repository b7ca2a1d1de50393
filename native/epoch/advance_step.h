#pragma once

#include "../device/block_kernel.h"
#include "epoch_tables.h"

namespace layer_rotation {

/// Begins the part of a step whose first image is number `part`. One item.
struct BeginPart {
  using Sum = kernel::NoSum;
  EpochTables* epoch;
  int64_t part;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t, int thread) const {
    if (thread == 0) epoch->part = part;
  }
};

/// Moves an epoch to its next step, unless this step diverged. One item.
struct AdvanceStep {
  using Sum = kernel::NoSum;
  EpochTables* epoch;
  int64_t images;
  bool recorded;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t, int thread) const {
    if (thread != 0) return;
    epoch->part = 0;
    if (epoch->not_finite != 0) epoch->diverged = 1;
    if (epoch->diverged != 0) return;
    ++epoch->total_steps;
    ++epoch->step;
    epoch->image += images;
    epoch->record += recorded;
  }
};

}  // namespace layer_rotation
