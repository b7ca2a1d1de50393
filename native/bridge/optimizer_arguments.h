#pragma once

#include "../arguments/argument.h"
#include "../optimizer/optimizer_spec.h"

namespace layer_rotation {

/// OptimizerConfig of src/optimizer/optimizer.ts.
OptimizerSpec read_optimizer(const Argument& optimizer);
/// GradientClippingConfig of src/optimizer/gradient-clipping.ts; null for none.
GradientClipping read_gradient_clipping(const Argument& clipping);
/// ParameterSettings of src/native/contract.ts, without its name.
ParameterSettings read_parameter_settings(const Argument& settings);

}  // namespace layer_rotation
