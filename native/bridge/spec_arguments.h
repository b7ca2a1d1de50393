#pragma once

#include "../engine/trainer.h"
#include "argument.h"

namespace layer_rotation {

/// TrainerSpec of src/native.ts.
TrainerSpec read_trainer_spec(const Argument& spec);
/// OptimizerConfig of src/optimizer/optimizer.ts.
SgdSpec read_optimizer(const Argument& optimizer);
/// EpochRequest of src/native.ts, for `layers` layers and `examples` training examples.
EpochRequest read_epoch_request(const Argument& request, size_t layers, int64_t examples);

}  // namespace layer_rotation
