#pragma once

#include <algorithm>
#include <cstdint>

#include "../../device/vector_access.h"
#include "packed_values.h"

/// Pools over windows of images in channels_last memory. The gradient of a pixel gathers what comes from the windows
/// that hold it, in their order, so that it needs neither atomics nor zeros that were written before. A thread takes N
/// channels of an output, or of a pixel; an item is those of a block.
namespace layer_rotation {

/// Windows in their places over an image. All images together have fewer than 2³¹ values, which is why 32 bits are
/// enough.
struct PoolWindows {
  uint32_t channels;
  int32_t rows, columns;          ///< of an image
  int32_t out_rows, out_columns;  ///< of windows
  int32_t height, width;          ///< of a window
  int32_t row_stride, column_stride;
  int32_t top, left;  ///< padding

  /// N channels of a pixel, or of a window's output, at `offset` of a tensor [batch][rows][columns][channels].
  struct Place {
    uint32_t channel;
    int32_t row, column;
    uint32_t image;
  };
  LAYER_ROTATION_HOST_DEVICE Place place(uint32_t offset, int32_t rows_of_image, int32_t columns_of_image) const {
    const uint32_t pixel = offset / channels, line = pixel / static_cast<uint32_t>(columns_of_image),
                   image = line / static_cast<uint32_t>(rows_of_image);
    return {offset - pixel * channels, static_cast<int32_t>(line - image * static_cast<uint32_t>(rows_of_image)),
            static_cast<int32_t>(pixel - line * static_cast<uint32_t>(columns_of_image)), image};
  }

  /// Calls `f(offset, position)` for each pixel of an output's window that lies on the image; the positions in a window
  /// are numbered row by row.
  template <class F>
  LAYER_ROTATION_HOST_DEVICE void for_pixels(const Place& output, F f) const {
    const int32_t first_row = output.row * row_stride - top, first_column = output.column * column_stride - left;
    const int32_t row_end = std::min(first_row + height, rows), column_end = std::min(first_column + width, columns);
    for (int32_t row = std::max(first_row, 0); row < row_end; ++row) {
      for (int32_t column = std::max(first_column, 0); column < column_end; ++column) {
        f(offset_of(output, row, column, rows, columns), (row - first_row) * width + (column - first_column));
      }
    }
  }

  /// Calls `f(offset, position, pixels)` for each output whose window holds a pixel: at that position, and among so
  /// many pixels of the image.
  template <class F>
  LAYER_ROTATION_HOST_DEVICE void for_outputs(const Place& pixel, F f) const {
    const int32_t row = pixel.row + top, column = pixel.column + left;
    const int32_t first_row = first_holding(row, height, row_stride),
                  row_end = std::min(row / row_stride + 1, out_rows);
    const int32_t first_column = first_holding(column, width, column_stride),
                  column_end = std::min(column / column_stride + 1, out_columns);
    for (int32_t out_row = first_row; out_row < row_end; ++out_row) {
      const int32_t pixel_rows = overlap(out_row * row_stride - top, height, rows);
      for (int32_t out_column = first_column; out_column < column_end; ++out_column) {
        const int32_t position = (row - out_row * row_stride) * width + (column - out_column * column_stride);
        f(offset_of(pixel, out_row, out_column, out_rows, out_columns), position,
          pixel_rows * overlap(out_column * column_stride - left, width, columns));
      }
    }
  }

 private:
  LAYER_ROTATION_HOST_DEVICE uint32_t offset_of(const Place& place, int32_t row, int32_t column, int32_t rows_of_image,
                                                int32_t columns_of_image) const {
    const uint32_t line = place.image * static_cast<uint32_t>(rows_of_image) + static_cast<uint32_t>(row);
    return (line * static_cast<uint32_t>(columns_of_image) + static_cast<uint32_t>(column)) * channels + place.channel;
  }
  /// The first window of `size` that holds the place `at` of the padded image.
  LAYER_ROTATION_HOST_DEVICE static int32_t first_holding(int32_t at, int32_t size, int32_t stride) {
    return at < size ? 0 : (at - size) / stride + 1;
  }
  /// The part of [begin, begin + size) that lies in [0, length).
  LAYER_ROTATION_HOST_DEVICE static int32_t overlap(int32_t begin, int32_t size, int32_t length) {
    return std::min(begin + size, length) - std::max(begin, 0);
  }
};

/// The offset of a thread's N values.
template <int N>
LAYER_ROTATION_HOST_DEVICE inline uint32_t pooled_offset(int64_t item, int thread) {
  return static_cast<uint32_t>((item * kernel::kThreads + thread) * N);
}

/// The positions of N channels' largest values in their window.
template <int N>
struct alignas(N) Positions {
  uint8_t of[N];
};

template <int N>
LAYER_ROTATION_HOST_DEVICE inline Positions<N> load_positions(const uint8_t* from) {
  if constexpr (N == 1) {
    return {{*from}};
  } else {
    return kernel::load_at_once<Positions<N>>(from);
  }
}

template <int N>
LAYER_ROTATION_HOST_DEVICE inline void store_positions(uint8_t* to, const Positions<N>& positions) {
  if constexpr (N == 1) {
    *to = positions.of[0];
  } else {
    kernel::store_at_once(to, positions);
  }
}

/// The largest value of each window, and where it lies: at the first of equal ones, or at the last NaN, as in LibTorch.
template <class Value, int N>
struct LargestOfWindows {
  using Sum = kernel::NoSum;
  PoolWindows windows;
  uint32_t size;  ///< of the output
  const Value* images;
  Value* largest;
  uint8_t* positions;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const uint32_t offset = pooled_offset<N>(item, thread);
    if (offset >= size) return;
    Floats<N> found{};
    Positions<N> at{};
    bool is_first = true;
    windows.for_pixels(windows.place(offset, windows.out_rows, windows.out_columns),
                       [&](uint32_t from, int32_t position) {
                         const Floats<N> numbers = unpack<Value, N>(load_packed<N>(images + from));
                         for (int i = 0; i < N; ++i) {
                           if (!is_first && !(numbers[i] > found[i]) && numbers[i] == numbers[i]) continue;
                           found[i] = numbers[i];
                           at.of[i] = static_cast<uint8_t>(position);
                         }
                         is_first = false;
                       });
    store_packed(largest + offset, found);
    store_positions(positions + offset, at);
  }
};

/// The gradients of the pixels from those of LargestOfWindows.
template <class Value, int N>
struct GradientsOfLargest {
  using Sum = kernel::NoSum;
  PoolWindows windows;
  uint32_t size;  ///< of the images
  const Value* gradient;
  const uint8_t* positions;
  Value* of_pixels;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const uint32_t offset = pooled_offset<N>(item, thread);
    if (offset >= size) return;
    Floats<N> sum{};
    windows.for_outputs(windows.place(offset, windows.rows, windows.columns),
                        [&](uint32_t from, int32_t position, int32_t) {
                          const Floats<N> arriving = unpack<Value, N>(load_packed<N>(gradient + from));
                          const Positions<N> at = load_positions<N>(positions + from);
                          for (int i = 0; i < N; ++i) sum[i] += at.of[i] == position ? arriving[i] : 0;
                        });
    store_packed(of_pixels + offset, sum);
  }
};

/// The mean of each window over its pixels on the image.
template <class Value, int N>
struct MeansOfWindows {
  using Sum = kernel::NoSum;
  PoolWindows windows;
  uint32_t size;  ///< of the output
  const Value* images;
  Value* means;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const uint32_t offset = pooled_offset<N>(item, thread);
    if (offset >= size) return;
    Floats<N> sum{};
    int32_t count = 0;
    windows.for_pixels(windows.place(offset, windows.out_rows, windows.out_columns), [&](uint32_t from, int32_t) {
      const Floats<N> numbers = unpack<Value, N>(load_packed<N>(images + from));
      for (int i = 0; i < N; ++i) sum[i] += numbers[i];
      ++count;
    });
    for (int i = 0; i < N; ++i) sum[i] /= static_cast<float>(count);
    store_packed(means + offset, sum);
  }
};

/// The gradients of the pixels from those of MeansOfWindows.
template <class Value, int N>
struct GradientsOfWindows {
  using Sum = kernel::NoSum;
  PoolWindows windows;
  uint32_t size;  ///< of the images
  const Value* gradient;
  Value* of_pixels;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const uint32_t offset = pooled_offset<N>(item, thread);
    if (offset >= size) return;
    Floats<N> sum{};
    windows.for_outputs(windows.place(offset, windows.rows, windows.columns),
                        [&](uint32_t from, int32_t, int32_t pixels) {
                          const Floats<N> arriving = unpack<Value, N>(load_packed<N>(gradient + from));
                          for (int i = 0; i < N; ++i) sum[i] += arriving[i] / static_cast<float>(pixels);
                        });
    store_packed(of_pixels + offset, sum);
  }
};

}  // namespace layer_rotation
