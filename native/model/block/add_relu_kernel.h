#pragma once

#include <cstdint>

#include "value_packs.h"

namespace layer_rotation {

/// y = max(0, a + b). A NaN stays a NaN.
template <class Value, int N>
struct AddRelu {
  using Sum = kernel::NoSum;
  const Value* a;
  const Value* b;
  Value* y;
  int64_t size;

  struct Loaded {
    Packed<Value, N> a, b;
  };
  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    for_packs<N>(
        item, thread, size,
        [&](int64_t i) {
          return Loaded{load_packed<N>(a + i), load_packed<N>(b + i)};
        },
        [&](int64_t i, const Loaded& loaded) {
          Floats<N> numbers = unpack<Value, N>(loaded.a);
          const Floats<N> more = unpack<Value, N>(loaded.b);
          for (int k = 0; k < N; ++k) {
            numbers[k] += more[k];
            if (numbers[k] < 0) numbers[k] = 0;
          }
          store_packed(y + i, numbers);
        });
  }
};

/// The gradient of a + b from those of y.
template <class Value, int N>
struct AddReluGradient {
  using Sum = kernel::NoSum;
  const Value* gradient;
  const Value* another;  ///< where y went two ways; else null
  const Value* y;
  Value* to;
  int64_t size;

  struct Loaded {
    Packed<Value, N> gradient, another, y;
  };
  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    for_packs<N>(
        item, thread, size,
        [&](int64_t i) {
          return Loaded{load_packed<N>(gradient + i), another ? load_packed<N>(another + i) : Packed<Value, N>{},
                        load_packed<N>(y + i)};
        },
        [&](int64_t i, const Loaded& loaded) {
          Floats<N> numbers = unpack<Value, N>(loaded.gradient);
          const Floats<N> more = unpack<Value, N>(loaded.another), outputs = unpack<Value, N>(loaded.y);
          for (int k = 0; k < N; ++k) numbers[k] = outputs[k] <= 0 ? 0 : numbers[k] + more[k];
          store_packed(to + i, numbers);
        });
  }
};

}  // namespace layer_rotation
