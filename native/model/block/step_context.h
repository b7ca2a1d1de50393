#pragma once

#include <cstdint>

#include "../../epoch/epoch_state.h"

namespace layer_rotation {

/// What layers know of the training step that they work in. The epoch must outlive the network.
struct StepContext {
  uint64_t dropout_seed = 0;  ///< of the training
  EpochState* epoch = nullptr;
};

}  // namespace layer_rotation
