#pragma once

#include <cstdint>

#include "clones.h"

namespace layer_rotation::simd {

using Float8 = float __attribute__((vector_size(32), aligned(4)));
/// A float at any address.
using UnalignedFloat = float __attribute__((aligned(1)));
/// Four floats, widened to double.
using Double4 = double __attribute__((vector_size(32)));
/// Eight floats, widened to double.
using Double8 = double __attribute__((vector_size(64)));

// Spelled out lane by lane, because GCC 12 turns this into one conversion, but __builtin_convertvector into five
// instructions.
LAYER_ROTATION_INLINE Double8 widen(const float* p) { return Double8{p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]}; }

LAYER_ROTATION_INLINE Double4 widen4(const UnalignedFloat* p) { return Double4{p[0], p[1], p[2], p[3]}; }

// Not lane by lane, because GCC 12 would then take the unrounded numbers where the same lanes are read back.
LAYER_ROTATION_INLINE void narrow(float* p, Double8 x) {
  *reinterpret_cast<Float8*>(p) = __builtin_convertvector(x, Float8);
}

LAYER_ROTATION_INLINE double horizontal_sum(Double4 x) { return (x[0] + x[1]) + (x[2] + x[3]); }

LAYER_ROTATION_INLINE double horizontal_sum(Double8 x) {
  return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]));
}

/// Prefetches the numbers that a loop over floats reads 4 KiB later. The processor's own prefetcher stops at the end of
/// a page, and without this call a core waits for a quarter of its loads. The address may lie beyond the end of the
/// array, which is harmless.
LAYER_ROTATION_INLINE void prefetch(const float* p) { __builtin_prefetch(p + 1024, 0, 2); }

}  // namespace layer_rotation::simd
