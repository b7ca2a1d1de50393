#pragma once

#include <array>
#include <vector>

#include "monitor.h"

namespace layer_rotation::rotation {

/// Minimum, quartiles and maximum over the neurons of a layer, interpolated linearly; all NaN where a neuron's value
/// is.
using Quartiles = std::array<double, 5>;

/// @param values at least one
Quartiles quartiles(std::vector<double> values);

/// The cosine distance of each neuron's weights to those of a reference, and the angle between them in radians.
struct NeuronQuartiles {
  Quartiles rotation;
  Quartiles angle;
};

/// [layers]
std::vector<NeuronQuartiles> measure_neurons(const Layers& layers, const Reference& reference);

}  // namespace layer_rotation::rotation
