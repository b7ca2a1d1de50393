#pragma once

#include <vector>

#include "../arguments/argument.h"
#include "../engine/trainer.h"

namespace layer_rotation {

/// TrainerSpec of src/native/contract.ts.
TrainerSpec read_trainer_spec(const Argument& spec);
/// preferAten and blockKernels of TrainerSpec and LayersOptions in src/native/contract.ts.
BackendChoice read_backend_choice(const Argument& spec);
/// NamedTensor[] of src/native/contract.ts.
std::vector<NamedTensor> read_tensors(const Argument& tensors);

}  // namespace layer_rotation
