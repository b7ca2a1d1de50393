#pragma once

#include <vector>

#include "../model/layer_spec.h"
#include "argument.h"

namespace layer_rotation {

/// An array of LayerSpec of src/model/layers.ts.
std::vector<LayerSpec> read_layers(const Argument& layers);

}  // namespace layer_rotation
