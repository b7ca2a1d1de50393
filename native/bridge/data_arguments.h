#pragma once

#include "../arguments/argument.h"
#include "../engine/trainer.h"

namespace layer_rotation {

/// Reads TrainerSpec.data of src/native/contract.ts into `spec`, whose examples have their shape and classes already.
void read_data(const Argument& data, TrainerSpec& spec);
/// Reads an Int32Array of at least one index, each in 0 … size-1.
std::vector<int32_t> read_indices(const Argument& indices, int64_t size);

}  // namespace layer_rotation
