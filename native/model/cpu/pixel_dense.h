#pragma once

#include <ATen/core/Tensor.h>

#include "../../data/normalization.h"

namespace layer_rotation {

/// Applies a dense layer to byte images: y = x Wᵀ + b for x = (pixel − mean) / deviation. It is as exact as fp32, and
/// faster if has_fast_bf16_products().
///
/// A pixel is an integer of 8 bits, which bf16 holds exactly, and any fp32 number is the sum of three bf16 numbers. So
/// x Wᵀ is the sum of three bf16 products accumulated in fp32, without rounding of the factors, and the normalisation
/// moves out of the product:
///   y  = (P Wᵀ) / deviation + (b − mean/deviation · Σ_i W_·i)
///   ∂W = (gᵀ P) / deviation − mean/deviation · Σ_n g_n·
///
/// `pixels`: uint8 [batch, inputs], `weight`: fp32 [units, inputs], `bias`: fp32 [units] or undefined; all on the CPU.
/// `normalization` must be the same for all channels. Differentiable in weight and bias.
at::Tensor pixel_dense(const at::Tensor& pixels, const Normalization& normalization, const at::Tensor& weight,
                       const at::Tensor& bias);

}  // namespace layer_rotation
