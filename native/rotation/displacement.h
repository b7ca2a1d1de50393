#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "../device/sum.h"

namespace layer_rotation::rotation {

/// The angle in radians between w and w + δ, from |δ|², ⟨δ, w⟩ and |w|²: tan θ = |δ⊥||w| / ⟨w, w + δ⟩ with
/// |δ⊥|² = |δ|² − ⟨δ, w⟩²/|w|². Exact for small angles, unlike the arc cosine of a cosine.
inline double turned(double squared, double dot, double squared_weight) {
  const double tangential = std::sqrt(std::max(0.0, squared - dot * dot / squared_weight));
  return std::atan2(tangential * std::sqrt(squared_weight), squared_weight + dot);
}

/// The sums that give a layer's distance from its weights w0 at a reference point: A = Σδ² and B = Σδ·w0, with
/// δ = w − w0, and |w|².
struct Displacement {
  double squared = 0;         ///< A
  double dot_reference = 0;   ///< B
  double squared_weight = 0;  ///< |w|²

  LAYER_ROTATION_HOST_DEVICE Displacement& operator+=(const Displacement& other) { return kernel::add(*this, other); }

  /// Cosine distance 1 − ⟨w, w0⟩ / (|w||w0|), in 0 … 2, without the cancellation of that formula when the weights have
  /// hardly moved: with d = |w| − |w0| it equals (A − d²) / (2|w||w0|). NaN where a norm is zero.
  double rotation(double reference_squared_norm) const {
    if (reference_squared_norm == 0 || squared_weight == 0) return std::numeric_limits<double>::quiet_NaN();
    const double reference_norm = std::sqrt(reference_squared_norm), norm = std::sqrt(squared_weight);
    const double norm_change = (2 * dot_reference + squared) / (norm + reference_norm);
    const double distance = (squared - norm_change * norm_change) / (2 * norm * reference_norm);
    // Rounding may leave the range. std::clamp would not keep a NaN.
    return distance < 0 ? 0 : distance > 2 ? 2 : distance;
  }
};

}  // namespace layer_rotation::rotation
