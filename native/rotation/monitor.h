#pragma once

#include <vector>

#include "displacement.h"
#include "layers.h"

namespace layer_rotation::rotation {

/// The rotation of every layer: its cosine distance to the weights of `reference`. [layers]. One pass over both, 8
/// bytes a parameter, accumulated in double.
std::vector<double> measure_rotation(const Layers& layers, const Reference& reference);

/// The sums behind it. [layers]
std::vector<Displacement> measure_displacement(const Layers& layers, const Reference& reference);

/// The same through ATen operations, on whatever device the layers live.
std::vector<Displacement> measure_displacement_aten(const Layers& layers, const Reference& reference);

}  // namespace layer_rotation::rotation
