#pragma once

#include <array>
#include <cstdint>

namespace layer_rotation {

/// The sizes of a convolution of [batch, channels, …input] with [filters, channels, …kernel] to [batch, filters,
/// …output].
struct ConvGeometry {
  using Size2 = std::array<int64_t, 2>;

  int64_t batch, channels, filters;
  Size2 input, kernel, stride, padding, output;

  int64_t taps() const { return kernel[0] * kernel[1]; }
  /// The number of values under the window.
  int64_t patch() const { return taps() * channels; }
  int64_t input_pixels() const { return input[0] * input[1]; }
  int64_t output_pixels() const { return output[0] * output[1]; }
  /// Returns whether the patches are the pixels of the input themselves.
  bool is_pointwise() const;
};

// The three passes of a convolution as products of matrices, accumulated in fp32, on LibTorch's threads. The numbers
// are fp32 (float) or the bits of bf16 (uint16_t). x, y and their gradients are in channels_last memory, the weights in
// that of [filters, kernel rows, kernel columns, channels]. Call these only if matrix_product.h says that such products
// are fast.

/// Computes y = patches of x · Wᵀ + b; `bias` may be null.
template <class Number>
void conv_output(const ConvGeometry& conv, const Number* x, const Number* weight, const float* bias, Number* y);

/// Computes ∂x from the gradient of y.
template <class Number>
void conv_input_gradient(const ConvGeometry& conv, const Number* gradient, const Number* weight, Number* to);

/// Computes ∂W = gᵀ · patches of x.
template <class Number>
void conv_weight_gradient(const ConvGeometry& conv, const Number* gradient, const Number* x, float* to);

}  // namespace layer_rotation
