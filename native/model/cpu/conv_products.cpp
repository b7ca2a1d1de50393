#include "conv_products.h"

#include <algorithm>

#include "../../device/clones.h"
#include "bf16.h"
#include "even_parts.h"
#include "matrix_product.h"
#include "scratch.h"

namespace layer_rotation {
namespace {

/// The number of rows of a product that one thread computes at a time: enough for MKL's full speed, few enough for the
/// cache.
constexpr int64_t kBlockRows = 512;

LAYER_ROTATION_CLONES void round(const float* __restrict from, int64_t size, uint16_t* __restrict to) {
  for (int64_t i = 0; i < size; ++i) to[i] = to_bf16(from[i]);
}
void round(const float* from, int64_t size, float* to) { std::copy_n(from, size, to); }

/// A range of columns of the matrix whose rows are the patches; the columns have the order of the weights.
struct Columns {
  int64_t begin, end;
};

/// Writes these columns of the patches of the output pixels `first` … `last` - 1, row by row.
template <class Number>
void gather_patches(const ConvGeometry& conv, const Number* x, int64_t first, int64_t last, Columns columns,
                    Number* to) {
  const int64_t line = conv.kernel[1] * conv.channels;  // number of columns that come from one row of an image
  const int64_t width = conv.input[1] * conv.channels;
  for (int64_t pixel = first; pixel < last; ++pixel) {
    const int64_t image = pixel / conv.output_pixels(), place = pixel % conv.output_pixels();
    const int64_t top = place / conv.output[1] * conv.stride[0] - conv.padding[0];
    const int64_t left = (place % conv.output[1] * conv.stride[1] - conv.padding[1]) * conv.channels;
    for (int64_t column = columns.begin; column < columns.end;) {
      const int64_t kernel_row = column / line, y = top + kernel_row;
      const int64_t begin = column - kernel_row * line, end = std::min(columns.end - kernel_row * line, line);
      const bool outside = y < 0 || y >= conv.input[0];
      // The columns from `from` to `until` lie within the image.
      const int64_t from = outside ? end : std::clamp(-left, begin, end);
      const int64_t until = outside ? end : std::clamp(width - left, from, end);
      const Number* source = x + (image * conv.input[0] + y) * width + left;
      to = std::fill_n(to, from - begin, Number{0});
      to = std::copy(source + from, source + until, to);
      to = std::fill_n(to, end - until, Number{0});
      column += end - begin;
    }
  }
}

/// One dimension of the input pixels whose distance from the first is `phase` plus a multiple of the stride: the same
/// taps of the convolution's window reach all of them.
struct Phase {
  Phase(const ConvGeometry& conv, int dimension, int64_t phase)
      : stride(conv.stride[dimension]),
        phase(phase),
        padding(conv.padding[dimension]),
        outputs(conv.output[dimension]),
        count((conv.input[dimension] - phase + stride - 1) / stride) {}

  bool is_reached_by(int64_t tap) const { return (phase + padding - tap) % stride == 0; }
  /// The index of the output through which the tap reaches the first of the pixels; may lie outside the outputs.
  int64_t first_output(int64_t tap) const { return (phase + padding - tap) / stride; }

  int64_t stride, phase, padding, outputs;
  int64_t count;  ///< pixels
};

/// Writes, for the input pixels of the lines `first` … `last` - 1 of these phases in all images, the gradients of the
/// outputs through which the tap reaches them, or zeros if there is no such output.
template <class Number>
void gather_gradients(const ConvGeometry& conv, const Number* gradient, const Phase& rows, const Phase& columns,
                      int64_t first, int64_t last, int64_t tap_row, int64_t tap_column, Number* to) {
  const int64_t left = columns.first_output(tap_column);
  const int64_t from = std::clamp<int64_t>(-left, 0, columns.count);
  const int64_t until = std::clamp(columns.outputs - left, from, columns.count);
  for (int64_t line = first; line < last; ++line) {
    const int64_t image = line / rows.count, y = rows.first_output(tap_row) + line % rows.count;
    if (y < 0 || y >= rows.outputs) {
      to = std::fill_n(to, columns.count * conv.filters, Number{0});
      continue;
    }
    const Number* source = gradient + ((image * rows.outputs + y) * columns.outputs + left) * conv.filters;
    to = std::fill_n(to, from * conv.filters, Number{0});
    to = std::copy(source + from * conv.filters, source + until * conv.filters, to);
    to = std::fill_n(to, (columns.count - until) * conv.filters, Number{0});
  }
}

/// Writes the gradient of the input pixels of these phases.
template <class Number>
void input_gradient_of_phase(const ConvGeometry& conv, const Number* gradient, const Number* weight, const Phase& rows,
                             const Phase& columns, Number* to) {
  const int64_t largest = std::max<int64_t>(1, kBlockRows / columns.count);
  for_even_parts(conv.batch * rows.count, largest, [&](int64_t first, int64_t last) {
    const int64_t pixels = (last - first) * columns.count;
    const auto gathered = scratch<Number>(pixels * conv.filters);
    const auto sums = scratch<float>(pixels * conv.channels);
    bool begun = false;
    for (int64_t tap = 0; tap < conv.taps(); ++tap) {
      const int64_t tap_row = tap / conv.kernel[1], tap_column = tap % conv.kernel[1];
      if (!rows.is_reached_by(tap_row) || !columns.is_reached_by(tap_column)) continue;
      gather_gradients(conv, gradient, rows, columns, first, last, tap_row, tap_column, gathered.get());
      multiply(Factor<Number>{gathered.get(), conv.filters}, {weight + tap * conv.channels, conv.patch()}, pixels,
               conv.channels, conv.filters, begun ? 1 : 0, sums.get(), conv.channels);
      begun = true;
    }
    if (!begun) std::fill_n(sums.get(), pixels * conv.channels, 0);
    for (int64_t line = first; line < last; ++line) {
      const int64_t y = line / rows.count * conv.input[0] + rows.phase + line % rows.count * rows.stride;
      for (int64_t i = 0; i < columns.count; ++i) {
        const int64_t pixel = y * conv.input[1] + columns.phase + i * columns.stride;
        round(sums.get() + ((line - first) * columns.count + i) * conv.channels, conv.channels,
              to + pixel * conv.channels);
      }
    }
  });
}

}  // namespace

template <class Number>
void conv_output(const ConvGeometry& conv, const Number* x, const Number* weight, const float* bias, Number* y) {
  for_even_parts(conv.batch * conv.output_pixels(), kBlockRows, [&](int64_t first, int64_t last) {
    const int64_t pixels = last - first;
    const auto sums = scratch<float>(pixels * conv.filters);
    std::unique_ptr<Number[]> gathered;
    Factor<Number> patches{x + first * conv.channels, conv.channels};
    if (!conv.is_pointwise()) {
      gathered = scratch<Number>(pixels * conv.patch());
      gather_patches(conv, x, first, last, {0, conv.patch()}, gathered.get());
      patches = {gathered.get(), conv.patch()};
    }
    for (int64_t pixel = 0; bias != nullptr && pixel < pixels; ++pixel) {
      std::copy_n(bias, conv.filters, sums.get() + pixel * conv.filters);
    }
    multiply(patches, {weight, conv.patch(), /*transposed=*/true}, pixels, conv.filters, conv.patch(),
             bias != nullptr ? 1 : 0, sums.get(), conv.filters);
    round(sums.get(), pixels * conv.filters, y + first * conv.filters);
  });
}

template <class Number>
void conv_input_gradient(const ConvGeometry& conv, const Number* gradient, const Number* weight, Number* to) {
  for (int64_t row = 0; row < std::min(conv.stride[0], conv.input[0]); ++row) {
    for (int64_t column = 0; column < std::min(conv.stride[1], conv.input[1]); ++column) {
      input_gradient_of_phase(conv, gradient, weight, Phase(conv, 0, row), Phase(conv, 1, column), to);
    }
  }
}

template <class Number>
void conv_weight_gradient(const ConvGeometry& conv, const Number* gradient, const Number* x, float* to) {
  constexpr int64_t kScratch = 1 << 20;  // numbers of gathered patches that stay in the cache
  const int64_t pixels = conv.batch * conv.output_pixels();
  for_even_parts(conv.patch(), conv.patch(), [&](int64_t begin, int64_t end) {
    const int64_t columns = end - begin;
    const auto product = [&](const Factor<Number>& patches, int64_t first, int64_t last) {
      multiply(Factor<Number>{gradient + first * conv.filters, conv.filters, /*transposed=*/true}, patches,
               conv.filters, columns, last - first, first == 0 ? 0 : 1, to + begin, conv.patch());
    };
    if (conv.is_pointwise()) return product({x + begin, conv.channels}, 0, pixels);
    const int64_t blocks = (pixels * columns + kScratch - 1) / kScratch;
    const auto gathered = scratch<Number>((pixels + blocks - 1) / blocks * columns);
    for (int64_t block = 0; block < blocks; ++block) {
      const int64_t first = pixels * block / blocks, last = pixels * (block + 1) / blocks;
      gather_patches(conv, x, first, last, {begin, end}, gathered.get());
      product({gathered.get(), columns}, first, last);
    }
  });
}

template void conv_output(const ConvGeometry&, const float*, const float*, const float*, float*);
template void conv_output(const ConvGeometry&, const uint16_t*, const uint16_t*, const float*, uint16_t*);
template void conv_input_gradient(const ConvGeometry&, const float*, const float*, float*);
template void conv_input_gradient(const ConvGeometry&, const uint16_t*, const uint16_t*, uint16_t*);
template void conv_weight_gradient(const ConvGeometry&, const float*, const float*, float*);
template void conv_weight_gradient(const ConvGeometry&, const uint16_t*, const uint16_t*, float*);

}  // namespace layer_rotation
