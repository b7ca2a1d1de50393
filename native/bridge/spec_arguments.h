#pragma once

#include <vector>

#include "../engine/trainer.h"
#include "argument.h"

namespace layer_rotation {

/// TrainerSpec of src/native.ts.
TrainerSpec read_trainer_spec(const Argument& spec);
/// OptimizerConfig of src/optimizer/optimizer.ts.
SgdSpec read_optimizer(const Argument& optimizer);
/// A Float64Array of coefficients of weight decay, one a layer.
std::vector<double> read_coefficients(const Argument& coefficients);
/// NamedTensor[] of src/native.ts.
std::vector<NamedTensor> read_tensors(const Argument& tensors);

}  // namespace layer_rotation
