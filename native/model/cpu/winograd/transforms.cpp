#include "transforms.h"

#include "../../../device/clones.h"
#include "../bf16.h"

// Each function goes through the channels, many at a time in the lanes of a vector register. `ivdep` is true: what is
// written does not overlap what is read.

namespace layer_rotation::winograd {
namespace {

/// Writes Bᵀ d for a column d of four.
LAYER_ROTATION_INLINE void input_transform(const float d[kPatch], float to[kPatch]) {
  to[0] = d[0] - d[2];
  to[1] = d[1] + d[2];
  to[2] = d[2] - d[1];
  to[3] = d[1] - d[3];
}

/// Writes Aᵀ m for a column m of four.
LAYER_ROTATION_INLINE void output_transform(const float m[kPatch], float to[kTile]) {
  to[0] = m[0] + m[1] + m[2];
  to[1] = m[1] - m[2] - m[3];
}

/// Writes A g for a column g of two.
LAYER_ROTATION_INLINE void gradient_transform(const float g[kTile], float to[kPatch]) {
  to[0] = g[0];
  to[1] = g[0] + g[1];
  to[2] = g[0] - g[1];
  to[3] = -g[1];
}

/// Writes G w for a column w of three.
LAYER_ROTATION_INLINE void window_transform(const float w[3], float to[kPatch]) {
  to[0] = w[0];
  to[1] = 0.5f * (w[0] + w[1] + w[2]);
  to[2] = 0.5f * (w[0] - w[1] + w[2]);
  to[3] = w[2];
}

/// Writes Gᵀ u for a column u of four.
LAYER_ROTATION_INLINE void window_adjoint(const float u[kPatch], float to[3]) {
  const float half_sum = 0.5f * (u[1] + u[2]);
  to[0] = u[0] + half_sum;
  to[1] = 0.5f * (u[1] - u[2]);
  to[2] = half_sum + u[3];
}

/// Writes T d Tᵀ, where `transform` computes T times a column: from [from][from] to [to][to].
template <int kFrom, int kTo, class OfColumn>
LAYER_ROTATION_INLINE void both_sides(const float d[kFrom][kFrom], float to[kTo][kTo], OfColumn transform) {
  float half[kTo][kFrom];
#pragma GCC unroll 4
  for (int column = 0; column < kFrom; ++column) {
    float from[kFrom], transformed[kTo];
#pragma GCC unroll 4
    for (int row = 0; row < kFrom; ++row) from[row] = d[row][column];
    transform(from, transformed);
#pragma GCC unroll 4
    for (int row = 0; row < kTo; ++row) half[row][column] = transformed[row];
  }
#pragma GCC unroll 4
  for (int row = 0; row < kTo; ++row) transform(half[row], to[row]);
}

template <class Number>
LAYER_ROTATION_INLINE void patch_of(const Number* const* pixels, int64_t channels, float* __restrict to,
                                    int64_t stride) {
  const Number* pixel[kPositions];
  for (int i = 0; i < kPositions; ++i) pixel[i] = pixels[i];
#pragma GCC ivdep
  for (int64_t c = 0; c < channels; ++c) {
    float d[kPatch][kPatch], transformed[kPatch][kPatch];
#pragma GCC unroll 16
    for (int i = 0; i < kPositions; ++i) d[i / kPatch][i % kPatch] = to_float(pixel[i][c]);
    both_sides<kPatch, kPatch>(d, transformed, input_transform);
#pragma GCC unroll 16
    for (int i = 0; i < kPositions; ++i) to[i * stride + c] = transformed[i / kPatch][i % kPatch];
  }
}

template <class Number>
LAYER_ROTATION_INLINE void outputs_of(const float* __restrict products, int64_t stride, const float* __restrict bias,
                                      int64_t filters, Number* const* pixels) {
  Number* pixel[kOutputs];
  for (int i = 0; i < kOutputs; ++i) pixel[i] = pixels[i];
#pragma GCC ivdep
  for (int64_t k = 0; k < filters; ++k) {
    float m[kPatch][kPatch], y[kTile][kTile];
#pragma GCC unroll 16
    for (int i = 0; i < kPositions; ++i) m[i / kPatch][i % kPatch] = products[i * stride + k];
    both_sides<kPatch, kTile>(m, y, output_transform);
    const float shift = bias == nullptr ? 0 : bias[k];
#pragma GCC unroll 4
    for (int i = 0; i < kOutputs; ++i) store(y[i / kTile][i % kTile] + shift, pixel[i] + k);
  }
}

template <class Number>
LAYER_ROTATION_INLINE void gradient_of(const Number* const* pixels, int64_t filters, float* __restrict to,
                                       int64_t stride) {
  const Number* pixel[kOutputs];
  for (int i = 0; i < kOutputs; ++i) pixel[i] = pixels[i];
#pragma GCC ivdep
  for (int64_t k = 0; k < filters; ++k) {
    float g[kTile][kTile], transformed[kPatch][kPatch];
#pragma GCC unroll 4
    for (int i = 0; i < kOutputs; ++i) g[i / kTile][i % kTile] = to_float(pixel[i][k]);
    both_sides<kTile, kPatch>(g, transformed, gradient_transform);
#pragma GCC unroll 16
    for (int i = 0; i < kPositions; ++i) to[i * stride + k] = transformed[i / kPatch][i % kPatch];
  }
}

template <class Number>
LAYER_ROTATION_INLINE void window_of(const Number* __restrict window, int64_t channels, float* __restrict to,
                                     int64_t stride) {
#pragma GCC ivdep
  for (int64_t c = 0; c < channels; ++c) {
    float w[3][3], transformed[kPatch][kPatch];
#pragma GCC unroll 9
    for (int i = 0; i < kTaps; ++i) w[i / 3][i % 3] = to_float(window[i * channels + c]);
    both_sides<3, kPatch>(w, transformed, window_transform);
#pragma GCC unroll 16
    for (int i = 0; i < kPositions; ++i) to[i * stride + c] = transformed[i / kPatch][i % kPatch];
  }
}

}  // namespace

LAYER_ROTATION_CLONES void transform_patch(const float* const* pixels, int64_t channels, float* to, int64_t stride) {
  patch_of(pixels, channels, to, stride);
}
LAYER_ROTATION_CLONES void transform_patch(const uint16_t* const* pixels, int64_t channels, float* to, int64_t stride) {
  patch_of(pixels, channels, to, stride);
}

LAYER_ROTATION_CLONES void transform_products(const float* products, int64_t stride, const float* bias, int64_t filters,
                                              float* const* pixels) {
  outputs_of(products, stride, bias, filters, pixels);
}
LAYER_ROTATION_CLONES void transform_products(const float* products, int64_t stride, const float* bias, int64_t filters,
                                              uint16_t* const* pixels) {
  outputs_of(products, stride, bias, filters, pixels);
}

LAYER_ROTATION_CLONES void transform_gradient(const float* const* pixels, int64_t filters, float* to, int64_t stride) {
  gradient_of(pixels, filters, to, stride);
}
LAYER_ROTATION_CLONES void transform_gradient(const uint16_t* const* pixels, int64_t filters, float* to,
                                              int64_t stride) {
  gradient_of(pixels, filters, to, stride);
}

LAYER_ROTATION_CLONES void transform_window(const float* window, int64_t channels, float* to, int64_t stride) {
  window_of(window, channels, to, stride);
}
LAYER_ROTATION_CLONES void transform_window(const uint16_t* window, int64_t channels, float* to, int64_t stride) {
  window_of(window, channels, to, stride);
}

LAYER_ROTATION_CLONES void window_gradient(const float* __restrict products, int64_t stride, int64_t channels,
                                           float* __restrict to) {
#pragma GCC ivdep
  for (int64_t c = 0; c < channels; ++c) {
    float u[kPatch][kPatch], gradient[3][3];
#pragma GCC unroll 16
    for (int i = 0; i < kPositions; ++i) u[i / kPatch][i % kPatch] = products[i * stride + c];
    both_sides<kPatch, 3>(u, gradient, window_adjoint);
#pragma GCC unroll 9
    for (int i = 0; i < kTaps; ++i) to[i * channels + c] = gradient[i / 3][i % 3];
  }
}

}  // namespace layer_rotation::winograd
