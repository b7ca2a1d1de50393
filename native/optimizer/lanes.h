#pragma once

#include <cmath>

#include "../rotation/simd.h"
#include "rules.h"

namespace layer_rotation {

// The same arithmetic on eight lanes and on one, for the ends of ranges: in double, but for what would then take longer
// than memory.
struct Lanes {
  static constexpr int64_t size = 8;
  using Value = rotation::Double8;
  static LAYER_ROTATION_INLINE Value load(const float* p) { return rotation::widen(p); }
  static LAYER_ROTATION_INLINE void store(float* p, Value x) { rotation::narrow(p, x); }
  static LAYER_ROTATION_INLINE double sum(Value x) { return rotation::horizontal_sum(x); }
};
struct Lane {
  static constexpr int64_t size = 1;
  using Value = double;
  static LAYER_ROTATION_INLINE Value load(const float* p) { return *p; }
  static LAYER_ROTATION_INLINE void store(float* p, Value x) { *p = static_cast<float>(x); }
  static LAYER_ROTATION_INLINE double sum(Value x) { return x; }
};

namespace rules {

template <>
struct Math<double> {
  static LAYER_ROTATION_INLINE double square_root(double x) { return std::sqrt(static_cast<float>(x)); }
  static LAYER_ROTATION_INLINE double quotient(double x, double y) {
    return static_cast<float>(x) / static_cast<float>(y);
  }
  static LAYER_ROTATION_INLINE double larger(double x, double y) { return x > y ? x : y; }
};
template <>
struct Math<rotation::Double8> {
  using Value = rotation::Double8;
  using Float = float __attribute__((vector_size(32)));
  static LAYER_ROTATION_INLINE Value square_root(Value x) {
    const Float narrow = __builtin_convertvector(x, Float);
    Float root;
    for (int i = 0; i < 8; ++i) root[i] = __builtin_sqrtf(narrow[i]);
    return __builtin_convertvector(root, Value);
  }
  static LAYER_ROTATION_INLINE Value quotient(Value x, Value y) {
    return __builtin_convertvector(__builtin_convertvector(x, Float) / __builtin_convertvector(y, Float), Value);
  }
  static LAYER_ROTATION_INLINE Value larger(Value x, Value y) { return x > y ? x : y; }
};

}  // namespace rules
}  // namespace layer_rotation
