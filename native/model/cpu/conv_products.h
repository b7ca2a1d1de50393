#pragma once

#include <cstdint>

#include "conv_geometry.h"

namespace layer_rotation {

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
