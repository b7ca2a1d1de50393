#pragma once

#include <cmath>

#include "../../device/clones.h"

namespace layer_rotation::rules {

/// Operations of the formulas that C++ has no operator for, on a number or a vector of numbers of type V:
/// times(x, c), larger(x, y), quotient(x, y, c, e) = x / (c·√y + e), and sign(x), which is NaN for a NaN, so that a
/// layer that diverged shows. lanes.h has those of the CPU's vectors, update_aten.cpp those of tensors.
template <class V>
struct Math;

template <>
struct Math<float> {
  static LAYER_ROTATION_INLINE float times(float x, double c) { return x * static_cast<float>(c); }
  static LAYER_ROTATION_INLINE float larger(float x, float y) { return x > y ? x : y; }
  static LAYER_ROTATION_INLINE float quotient(float x, float y, double c, double e) {
    return x / (std::sqrt(y) * static_cast<float>(c) + static_cast<float>(e));
  }
};

template <>
struct Math<double> {
  static LAYER_ROTATION_INLINE double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
};

}  // namespace layer_rotation::rules
