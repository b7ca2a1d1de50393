#pragma once

#include <cmath>
#include <limits>

#include "layers.h"

namespace layer_rotation::rotation {

/// What a layer's distance from its initial weights is made of: A = Σδ² and B = Σδ·w0, with δ = w − w0, and |w|².
struct Displacement {
  double squared = 0;
  double dot_initial = 0;
  double squared_weight = 0;

  Displacement& operator+=(const Displacement& other) {
    squared += other.squared;
    dot_initial += other.dot_initial;
    squared_weight += other.squared_weight;
    return *this;
  }

  /// Cosine distance 1 − ⟨w, w0⟩ / (|w||w0|), in 0 … 2, without the cancellation of that formula when the weights have
  /// hardly moved: with d = |w| − |w0| it equals (A − d²) / (2|w||w0|). NaN where a norm is zero.
  double rotation(double initial_squared_norm) const {
    if (initial_squared_norm == 0 || squared_weight == 0) return std::numeric_limits<double>::quiet_NaN();
    const double initial_norm = std::sqrt(initial_squared_norm), norm = std::sqrt(squared_weight);
    const double norm_change = (2 * dot_initial + squared) / (norm + initial_norm);
    const double distance = (squared - norm_change * norm_change) / (2 * norm * initial_norm);
    return distance < 0 ? 0 : distance;  // not std::max: a NaN must stay one
  }
};

/// Writes the rotation (cosine distance to the initial weights) of every layer to rotation[0 … layers.size()-1].
/// One pass over weights and initial weights, 8 bytes a parameter, accumulated in double.
void measure_rotation(const Layers& layers, double* rotation);

/// The same through ATen operations, on whatever device the layers live.
void measure_rotation_aten(const Layers& layers, double* rotation);

}  // namespace layer_rotation::rotation
