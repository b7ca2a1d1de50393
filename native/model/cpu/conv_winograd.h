#pragma once

#include <cstdint>

#include "conv_geometry.h"

namespace layer_rotation {

// Convolutions of 3 × 3 by 16 products a tile of 2 × 2 outputs in place of 36 (winograd/transforms.h), in fp32 on
// LibTorch's threads. Their results are as near to exact ones as those of direct sums. Numbers and memory are those of
// conv_products.h.

/// Returns whether the output and the gradient of the input are faster in this way.
bool suits_winograd(const ConvGeometry& conv);

/// Returns whether the gradient of the weights is faster in this way too.
bool suits_winograd_weight_gradient(const ConvGeometry& conv);

/// Computes y = x ∗ W + b; `bias` may be null.
template <class Number>
void winograd_output(const ConvGeometry& conv, const Number* x, const Number* weight, const float* bias, Number* y);

/// Computes ∂x from the gradient of y.
template <class Number>
void winograd_input_gradient(const ConvGeometry& conv, const Number* gradient, const Number* weight, Number* to);

/// Computes ∂W. The result does not depend on the number of threads. Call it only if matrix_product.h says that
/// products of fp32 are fast.
template <class Number>
void winograd_weight_gradient(const ConvGeometry& conv, const Number* gradient, const Number* x, float* to);

}  // namespace layer_rotation
