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

/// The end of a step: moves an epoch to its next one, unless this one diverged. A kernel of an update does so when it
/// has done its own work; where there is none, it is a kernel of one item.
struct AdvanceStep {
  using Sum = kernel::NoSum;
  EpochTables* epoch;
  int64_t images;
  bool recorded;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t, int thread) const {
    if (thread == 0) advance();
  }

  LAYER_ROTATION_HOST_DEVICE void advance() const {
    // Other blocks of the launch have looked this up, and may have raised not_finite.
    volatile EpochTables& now = *epoch;
    now.part = 0;
    if (now.not_finite != 0) now.diverged = 1;
    if (now.diverged != 0) return;
    now.total_steps = now.total_steps + 1;
    now.step = now.step + 1;
    now.image = now.image + images;
    now.record = now.record + (recorded ? 1 : 0);
  }

  /// The counter for the kernel that ends with advance(); null if none does.
  LAYER_ROTATION_HOST_DEVICE uint32_t* arrivals() const { return epoch == nullptr ? nullptr : &epoch->arrivals; }
};

}  // namespace layer_rotation
