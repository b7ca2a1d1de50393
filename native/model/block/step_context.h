#pragma once

#include <cstdint>

#include "../../epoch/epoch_state.h"

namespace layer_rotation {

/// The part of a training step that layers see. The epoch must outlive the network.
struct StepContext {
  uint64_t dropout_seed = 0;  ///< the same in all steps of a training
  EpochState* epoch = nullptr;
};

}  // namespace layer_rotation
