#pragma once

#include <vector>

#include "displacement.h"
#include "layers.h"

namespace layer_rotation::rotation {

/// The rotation of every layer, [layers]: the cosine distance of its weights to those of `reference`. One pass over
/// both, 8 bytes a parameter, accumulated in double.
std::vector<double> measure_rotation(const Layers& layers, const Reference& reference);

/// The sums that give the rotation, [layers].
std::vector<Displacement> measure_displacement(const Layers& layers, const Reference& reference);

/// The same sums by ATen operations, on any device.
std::vector<Displacement> measure_displacement_aten(const Layers& layers, const Reference& reference);

}  // namespace layer_rotation::rotation
