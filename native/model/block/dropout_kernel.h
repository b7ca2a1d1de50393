#pragma once

#include <cstdint>

#include "dropout_draws.h"
#include "value_packs.h"

namespace layer_rotation {

/// Multiplies values, which may be gradients, by the factors of a dropout.
template <class Value, int N>
struct Drop {
  using Sum = kernel::NoSum;
  DropoutDraws draws;
  const Value* from;
  Value* to;
  int64_t size;
  int64_t first;  ///< number of the first value among those that draw; a multiple of N

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    for_packs<N>(
        item, thread, size, [&](int64_t i) { return load_packed<N>(from + i); },
        [&](int64_t i, const Packed<Value, N>& loaded) {
          Floats<N> numbers = unpack<Value, N>(loaded);
          draws.apply<Value>(first + i, numbers);
          store_packed(to + i, numbers);
        });
  }
};

}  // namespace layer_rotation
