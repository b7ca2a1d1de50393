#pragma once

#include <cstdint>

// Four floats at a time, widened to double. The functions that hold the loops are cloned for AVX-512, AVX2 and the
// baseline, and the right clone is chosen when the addon is loaded, so one build runs everywhere at full speed.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LAYER_ROTATION_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LAYER_ROTATION_CLONES
#endif
#define LAYER_ROTATION_INLINE inline __attribute__((always_inline))

namespace layer_rotation::rotation {

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
