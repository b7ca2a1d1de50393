#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "layer_spec.h"

namespace layer_rotation {

/// Fills a fp32 CPU tensor. `fan_in` and `fan_out` are those of the layer, also for its bias.
void initialize(at::Tensor& tensor, Initializer initializer, int64_t fan_in, int64_t fan_out, at::Generator generator);

}  // namespace layer_rotation
