#pragma once

#include "../arguments/argument.h"
#include "../engine/trainer.h"

namespace layer_rotation {

/// BatchPlan of src/native/contract.ts, for `examples` training examples of `shape`.
BatchPlan read_batch_plan(const Argument& plan, int64_t examples, const Shape& shape);
/// EpochRequest of src/native/contract.ts, for `layers` layers and `examples` training examples of `shape`.
EpochRequest read_epoch_request(const Argument& request, size_t layers, int64_t examples, const Shape& shape);
/// TrainingState of src/native/contract.ts.
TrainingState read_training_state(const Argument& state);

}  // namespace layer_rotation
