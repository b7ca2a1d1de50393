#pragma once

#include <cstdint>

#include "value_packs.h"

namespace layer_rotation {

/// Puts rows and columns of zeros behind each image.
template <class Value, int N>
struct PadImages {
  using Sum = kernel::NoSum;
  const Value* images;  ///< [batch, rows, columns, channels]
  Value* padded;        ///< [batch, padded_rows, padded_columns, channels]
  int64_t rows, columns;
  int64_t padded_rows, padded_columns;
  int64_t channels;  ///< a multiple of N
  int64_t size;      ///< the number of values of `padded`

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    for_packs<N>(
        item, thread, size, [&](int64_t i) { return value_at(i); },
        [&](int64_t i, const Packed<Value, N>& loaded) { store_packed(padded + i, unpack<Value, N>(loaded)); });
  }

 private:
  LAYER_ROTATION_HOST_DEVICE Packed<Value, N> value_at(int64_t i) const {
    const int64_t pixel = i / channels, line = pixel / padded_columns, image = line / padded_rows;
    const int64_t column = pixel - line * padded_columns, row = line - image * padded_rows;
    if (row >= rows || column >= columns) return {};
    return load_packed<N>(images + ((image * rows + row) * columns + column) * channels + (i - pixel * channels));
  }
};

}  // namespace layer_rotation
