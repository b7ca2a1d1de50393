#include "batch_norm_rows.h"

#include "bf16.h"

namespace layer_rotation {
namespace {

// Rows that are taken together: the values of a column are loaded and stored once for all of them.
constexpr int kRows = 4;

// The functions below are inlined with constants for `relu` and `rows`, so their loops over the columns do not branch.

LAYER_ROTATION_INLINE float rectified(bool relu, float x) { return relu && x < 0 ? 0 : x; }

template <class Number>
LAYER_ROTATION_INLINE void moments_of_rows(FusedRelu relu, int rows, const Number* __restrict x, int64_t width,
                                           const float* __restrict origin, float* __restrict sum,
                                           float* __restrict squares) {
  for (int64_t c = 0; c < width; ++c) {
    float s = sum[c], q = squares[c];
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row) {
      const float centred = rectified(relu == FusedRelu::kBefore, to_float(x[row * width + c])) - origin[c];
      s += centred;
      q += centred * centred;
    }
    sum[c] = s;
    squares[c] = q;
  }
}

template <class Number>
LAYER_ROTATION_INLINE void normalize_row(FusedRelu relu, const Number* __restrict x, int64_t width,
                                         const float* __restrict scale, const float* __restrict shift,
                                         Number* __restrict y) {
  for (int64_t c = 0; c < width; ++c) {
    const float z = rectified(relu == FusedRelu::kBefore, to_float(x[c]));
    store(rectified(relu == FusedRelu::kAfter, scale[c] * z + shift[c]), y + c);
  }
}

/// Returns the gradient of the input of a ReLU, from that of its output y.
LAYER_ROTATION_INLINE float through_relu(bool relu, float gradient, float y) { return !relu || y > 0 ? gradient : 0; }

template <class Number>
LAYER_ROTATION_INLINE void gradient_sums_of_rows(FusedRelu relu, int rows, const Number* __restrict gradient,
                                                 const Number* __restrict x, int64_t width,
                                                 const NormalizationColumns& columns, float* __restrict sum,
                                                 float* __restrict dot) {
  const float* __restrict scale = columns.scale, * __restrict shift = columns.shift;
  const float* __restrict invstd = columns.invstd, * __restrict centre = columns.centre;
  for (int64_t c = 0; c < width; ++c) {
    float s = sum[c], d = dot[c];
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row) {
      const float z = rectified(relu == FusedRelu::kBefore, to_float(x[row * width + c]));
      const float g =
          through_relu(relu == FusedRelu::kAfter, to_float(gradient[row * width + c]), scale[c] * z + shift[c]);
      s += g;
      d += g * (invstd[c] * z - centre[c]);
    }
    sum[c] = s;
    dot[c] = d;
  }
}

template <class Number>
LAYER_ROTATION_INLINE void input_gradient_of_row(FusedRelu relu, const Number* __restrict gradient,
                                                 const Number* __restrict x, int64_t width,
                                                 const NormalizationColumns& columns, const float* __restrict mean_sum,
                                                 const float* __restrict mean_dot, Number* __restrict to) {
  const float* __restrict scale = columns.scale, * __restrict shift = columns.shift;
  const float* __restrict invstd = columns.invstd, * __restrict centre = columns.centre;
  for (int64_t c = 0; c < width; ++c) {
    const float z = rectified(relu == FusedRelu::kBefore, to_float(x[c]));
    const float g = through_relu(relu == FusedRelu::kAfter, to_float(gradient[c]), scale[c] * z + shift[c]);
    const float of_z = scale[c] * (g - mean_sum[c] - (invstd[c] * z - centre[c]) * mean_dot[c]);
    store(through_relu(relu == FusedRelu::kBefore, of_z, z), to + c);
  }
}

template <class Number>
LAYER_ROTATION_INLINE void moments(FusedRelu relu, const Number* x, int64_t rows, int64_t width, const float* origin,
                                   float* sum, float* squares) {
  for (; rows >= kRows; rows -= kRows, x += kRows * width) {
    moments_of_rows(relu, kRows, x, width, origin, sum, squares);
  }
  for (; rows > 0; --rows, x += width) moments_of_rows(relu, 1, x, width, origin, sum, squares);
}

template <class Number>
LAYER_ROTATION_INLINE void normalized(FusedRelu relu, const Number* x, int64_t rows, int64_t width, const float* scale,
                                      const float* shift, Number* y) {
  for (; rows > 0; --rows, x += width, y += width) normalize_row(relu, x, width, scale, shift, y);
}

template <class Number>
LAYER_ROTATION_INLINE void gradient_sums(FusedRelu relu, const Number* gradient, const Number* x, int64_t rows,
                                         int64_t width, const NormalizationColumns& columns, float* sum, float* dot) {
  for (; rows >= kRows; rows -= kRows, x += kRows * width, gradient += kRows * width) {
    gradient_sums_of_rows(relu, kRows, gradient, x, width, columns, sum, dot);
  }
  for (; rows > 0; --rows, x += width, gradient += width) {
    gradient_sums_of_rows(relu, 1, gradient, x, width, columns, sum, dot);
  }
}

template <class Number>
LAYER_ROTATION_INLINE void input_gradients(FusedRelu relu, const Number* gradient, const Number* x, int64_t rows,
                                           int64_t width, const NormalizationColumns& columns, const float* mean_sum,
                                           const float* mean_dot, Number* to) {
  for (; rows > 0; --rows, x += width, gradient += width, to += width) {
    input_gradient_of_row(relu, gradient, x, width, columns, mean_sum, mean_dot, to);
  }
}

/// Calls body(relu) with a compile-time constant.
template <class Body>
LAYER_ROTATION_INLINE void with_constant(FusedRelu relu, const Body& body) {
  switch (relu) {
    case FusedRelu::kNone: return body(FusedRelu::kNone);
    case FusedRelu::kBefore: return body(FusedRelu::kBefore);
    case FusedRelu::kAfter: return body(FusedRelu::kAfter);
  }
}

}  // namespace

LAYER_ROTATION_CLONES void add_moments(const float* x, int64_t rows, int64_t width, const float* origin, FusedRelu relu,
                                       float* sum, float* squares) {
  with_constant(
      relu, [&](FusedRelu constant)
                __attribute__((always_inline)) { moments(constant, x, rows, width, origin, sum, squares); });
}

LAYER_ROTATION_CLONES void add_moments(const uint16_t* x, int64_t rows, int64_t width, const float* origin,
                                       FusedRelu relu, float* sum, float* squares) {
  with_constant(
      relu, [&](FusedRelu constant)
                __attribute__((always_inline)) { moments(constant, x, rows, width, origin, sum, squares); });
}

LAYER_ROTATION_CLONES void normalize(const float* x, int64_t rows, int64_t width, const float* scale,
                                     const float* shift, FusedRelu relu, float* y) {
  with_constant(
      relu, [&](FusedRelu constant)
                __attribute__((always_inline)) { normalized(constant, x, rows, width, scale, shift, y); });
}

LAYER_ROTATION_CLONES void normalize(const uint16_t* x, int64_t rows, int64_t width, const float* scale,
                                     const float* shift, FusedRelu relu, uint16_t* y) {
  with_constant(
      relu, [&](FusedRelu constant)
                __attribute__((always_inline)) { normalized(constant, x, rows, width, scale, shift, y); });
}

LAYER_ROTATION_CLONES void add_gradient_sums(const float* gradient, const float* x, int64_t rows, int64_t width,
                                             const NormalizationColumns& columns, FusedRelu relu, float* sum,
                                             float* dot) {
  with_constant(
      relu, [&](FusedRelu constant) __attribute__((always_inline)) {
        gradient_sums(constant, gradient, x, rows, width, columns, sum, dot);
      });
}

LAYER_ROTATION_CLONES void add_gradient_sums(const uint16_t* gradient, const uint16_t* x, int64_t rows, int64_t width,
                                             const NormalizationColumns& columns, FusedRelu relu, float* sum,
                                             float* dot) {
  with_constant(
      relu, [&](FusedRelu constant) __attribute__((always_inline)) {
        gradient_sums(constant, gradient, x, rows, width, columns, sum, dot);
      });
}

LAYER_ROTATION_CLONES void input_gradient(const float* gradient, const float* x, int64_t rows, int64_t width,
                                          const NormalizationColumns& columns, const float* mean_sum,
                                          const float* mean_dot, FusedRelu relu, float* to) {
  with_constant(
      relu, [&](FusedRelu constant) __attribute__((always_inline)) {
        input_gradients(constant, gradient, x, rows, width, columns, mean_sum, mean_dot, to);
      });
}

LAYER_ROTATION_CLONES void input_gradient(const uint16_t* gradient, const uint16_t* x, int64_t rows, int64_t width,
                                          const NormalizationColumns& columns, const float* mean_sum,
                                          const float* mean_dot, FusedRelu relu, uint16_t* to) {
  with_constant(
      relu, [&](FusedRelu constant) __attribute__((always_inline)) {
        input_gradients(constant, gradient, x, rows, width, columns, mean_sum, mean_dot, to);
      });
}

}  // namespace layer_rotation
