#pragma once

#include <cmath>

#include "../device/simd.h"
#include "rules/math.h"

namespace layer_rotation {

// The same arithmetic on eight lanes and on one, for the ends of ranges. Value is double, in which sums, combinations
// and the simpler formulas are computed; Narrow is fp32, for formulas with roots and quotients, which would otherwise
// take longer than memory.
struct Lanes {
  static constexpr int64_t size = 8;
  using Value = simd::Double8;
  using Narrow = float __attribute__((vector_size(32)));
  static LAYER_ROTATION_INLINE void load(const float* p, Value& x) { x = simd::widen(p); }
  static LAYER_ROTATION_INLINE void load(const float* p, Narrow& x) { x = *reinterpret_cast<const simd::Float8*>(p); }
  static LAYER_ROTATION_INLINE void store(float* p, Value x) { simd::narrow(p, x); }
  static LAYER_ROTATION_INLINE void store(float* p, Narrow x) { *reinterpret_cast<simd::Float8*>(p) = x; }
  /// x as it is once it has been stored.
  static LAYER_ROTATION_INLINE Value rounded(Value x) { return widened(narrowed(x)); }
  static LAYER_ROTATION_INLINE Narrow rounded(Narrow x) { return x; }
  static LAYER_ROTATION_INLINE Value widened(Value x) { return x; }
  static LAYER_ROTATION_INLINE Value widened(Narrow x) { return __builtin_convertvector(x, Value); }
  static LAYER_ROTATION_INLINE Narrow narrowed(Value x) { return __builtin_convertvector(x, Narrow); }
  static LAYER_ROTATION_INLINE double sum(Value x) { return simd::horizontal_sum(x); }
};
struct Lane {
  static constexpr int64_t size = 1;
  using Value = double;
  using Narrow = float;
  static LAYER_ROTATION_INLINE void load(const float* p, Value& x) { x = *p; }
  static LAYER_ROTATION_INLINE void load(const float* p, Narrow& x) { x = *p; }
  static LAYER_ROTATION_INLINE void store(float* p, Value x) { *p = narrowed(x); }
  static LAYER_ROTATION_INLINE void store(float* p, Narrow x) { *p = x; }
  static LAYER_ROTATION_INLINE Value rounded(Value x) { return narrowed(x); }
  static LAYER_ROTATION_INLINE Narrow rounded(Narrow x) { return x; }
  static LAYER_ROTATION_INLINE Value widened(Value x) { return x; }
  static LAYER_ROTATION_INLINE Narrow narrowed(Value x) { return static_cast<float>(x); }
  static LAYER_ROTATION_INLINE double sum(Value x) { return x; }
};

namespace rules {

template <>
struct Math<Lanes::Value> {
  using V = Lanes::Value;
  static LAYER_ROTATION_INLINE V sign(V x) { return x > 0 ? V{} + 1 : x < 0 ? V{} - 1 : x; }
};

template <>
struct Math<Lanes::Narrow> {
  using V = Lanes::Narrow;
  static LAYER_ROTATION_INLINE V times(V x, double c) { return x * static_cast<float>(c); }
  static LAYER_ROTATION_INLINE V larger(V x, V y) { return x > y ? x : y; }
  static LAYER_ROTATION_INLINE V quotient(V x, V y, double c, double e) {
    for (int i = 0; i < 8; ++i) y[i] = __builtin_sqrtf(y[i]);
    return x / (y * static_cast<float>(c) + static_cast<float>(e));
  }
};

}  // namespace rules
}  // namespace layer_rotation
