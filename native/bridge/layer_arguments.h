#pragma once

#include <vector>

#include "../arguments/argument.h"
#include "../model/layer_spec.h"

namespace layer_rotation {

/// An array of LayerSpec of src/model/layers.ts.
std::vector<LayerSpec> read_layers(const Argument& layers);

}  // namespace layer_rotation
