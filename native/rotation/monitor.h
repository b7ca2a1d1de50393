#pragma once

#include <cmath>

#include "layers.h"

namespace layer_rotation::rotation {

/// What a layer's distance from its initial weights is made of: A = Σδ² and B = Σδ·w0, with δ = w − w0.
struct Displacement {
  double squared = 0;
  double dot_initial = 0;

  Displacement& operator+=(const Displacement& other) {
    squared += other.squared;
    dot_initial += other.dot_initial;
    return *this;
  }

  /// |w|².
  double squared_norm(double initial_squared_norm) const { return initial_squared_norm + 2 * dot_initial + squared; }

  /// Cosine distance 1 − ⟨w, w0⟩ / (|w||w0|), in 0 … 2, without the cancellation of that formula when the weights have
  /// hardly moved: with d = |w| − |w0| it equals (A − d²) / (2|w||w0|). NaN where a norm is zero.
  double rotation(double initial_squared_norm) const {
    const double initial_norm = std::sqrt(initial_squared_norm);
    const double norm = std::sqrt(squared_norm(initial_squared_norm));
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
