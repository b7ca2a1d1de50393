#pragma once

#include "../layer_spec.h"

namespace layer_rotation {

/// Reads the settings of a layer of one type. `reader` reads the lists of layers that a layer contains.
using ReadLayer = LayerMaker (*)(const Argument& layer, LayerReader& reader);

/// Returns how layers of the given type, a string, are read. Throws Error INVALID_CONFIG if there is no such type.
ReadLayer layer_type(const Argument& type);

}  // namespace layer_rotation
