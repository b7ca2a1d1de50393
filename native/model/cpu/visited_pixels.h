#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Returns whether a convolution of [batch, channels, …] with [filters, channels, …] on the CPU has to be computed,
/// with stride 1, on the pixels that its window of one pixel visits: with few channels, oneDNN's gradient of such a
/// convolution writes past its memory (LibTorch 2.13). `stride` and `padding`: a number a dimension.
bool needs_visited_pixels(const at::Tensor& input, const at::Tensor& weight, at::IntArrayRef stride,
                          at::IntArrayRef padding);

/// Returns each stride-th pixel of [batch, channels, …], in the input's memory format.
at::Tensor visited_pixels(const at::Tensor& input, at::IntArrayRef stride);

}  // namespace layer_rotation
