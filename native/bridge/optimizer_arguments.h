#pragma once

#include "../arguments/argument.h"
#include "../optimizer/optimizer_spec.h"

namespace layer_rotation {

/// OptimizerConfig of src/optimizer/optimizer.ts.
OptimizerSpec read_optimizer(const Argument& optimizer);
/// ParameterSettings of src/native/contract.ts, without its name.
ParameterSettings read_parameter_settings(const Argument& settings);

}  // namespace layer_rotation
