#pragma once

#include <cstdint>

#include "../clones.h"

namespace layer_rotation::rotation {

/// Four floats at a time, widened to double.
using Float4 = float __attribute__((vector_size(16), aligned(4)));
using Double4 = double __attribute__((vector_size(32)));

LAYER_ROTATION_INLINE Double4 widen(const float* p) {
  return __builtin_convertvector(*reinterpret_cast<const Float4*>(p), Double4);
}

LAYER_ROTATION_INLINE void narrow(float* p, Double4 x) {
  *reinterpret_cast<Float4*>(p) = __builtin_convertvector(x, Float4);
}

LAYER_ROTATION_INLINE double horizontal_sum(Double4 x) { return (x[0] + x[1]) + (x[2] + x[3]); }

}  // namespace layer_rotation::rotation
