#pragma once

#include <cstdint>

namespace layer_rotation::winograd {

// The transforms of F(2 × 2, 3 × 3): Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv
// 1509.09308, section 4.1. A tile of 2 × 2 outputs y of a 3 × 3 convolution with the window w comes from a patch of 4 ×
// 4 inputs d by 16 multiplications in place of 36:
//
//   y = Aᵀ ((G w Gᵀ) ⊙ (Bᵀ d B)) A
//
//        1  0 -1  0           1   0   0
//   Bᵀ = 0  1  1  0      G =  ½   ½   ½      Aᵀ = 1  1  1  0
//        0 -1  1  0           ½  -½   ½           0  1 -1 -1
//        0  1  0 -1           0   0   1
//
// The sum over channels is taken between the transforms, so that each of the 16 positions is a product of matrices.
// Numbers are fp32 (float) or the bits of bf16 (uint16_t); all arithmetic is fp32. A pixel is a row of channels.

/// Rows and columns of outputs in a tile, and of inputs in its patch.
constexpr int kTile = 2, kPatch = 4;
/// Numbers of a tile, and of a patch; the latter is also the number of products.
constexpr int kOutputs = kTile * kTile, kPositions = kPatch * kPatch;
/// Numbers of a window of 3 × 3.
constexpr int kTaps = 9;

// Position p of a transform is written to, or read from, `to + p * stride`.

/// Writes Bᵀ d B for each channel of a patch; `pixels` are its 16 rows of channels.
void transform_patch(const float* const* pixels, int64_t channels, float* to, int64_t stride);
void transform_patch(const uint16_t* const* pixels, int64_t channels, float* to, int64_t stride);

/// Writes Aᵀ m A for each filter, plus its bias unless that is null, to the 4 pixels of a tile.
void transform_products(const float* products, int64_t stride, const float* bias, int64_t filters,
                        float* const* pixels);
void transform_products(const float* products, int64_t stride, const float* bias, int64_t filters,
                        uint16_t* const* pixels);

/// Writes A g Aᵀ for each filter, the adjoint of transform_products; `pixels` are the 4 gradients of a tile.
void transform_gradient(const float* const* pixels, int64_t filters, float* to, int64_t stride);
void transform_gradient(const uint16_t* const* pixels, int64_t filters, float* to, int64_t stride);

/// Writes G w Gᵀ for each channel of a filter's window, [kTaps][channels].
void transform_window(const float* window, int64_t channels, float* to, int64_t stride);
void transform_window(const uint16_t* window, int64_t channels, float* to, int64_t stride);

/// Writes Gᵀ u G for each channel, the adjoint of transform_window: the gradient of a window, [kTaps][channels].
void window_gradient(const float* products, int64_t stride, int64_t channels, float* to);

}  // namespace layer_rotation::winograd
