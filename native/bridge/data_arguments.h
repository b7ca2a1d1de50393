#pragma once

#include "../arguments/argument.h"
#include "../engine/trainer.h"

namespace layer_rotation {

/// TrainerSpec.data of src/native/contract.ts, into `spec`, whose input_shape and classes are known.
void read_data(const Argument& data, TrainerSpec& spec);
/// An Int32Array of at least one index in 0 … size-1.
std::vector<int32_t> read_indices(const Argument& indices, int64_t size);

}  // namespace layer_rotation
