#pragma once

#include <ATen/core/Tensor.h>

#include "../window.h"

namespace layer_rotation {

/// Returns whether the functions below take these images: dense ones in channels_last memory of fewer than 2³¹ values,
/// fp32 or bf16, under windows of at most 256.
bool has_window_pool_block(const at::Tensor& images, const Window& window);

/// Takes the largest value of each window of images [batch, channels, rows, columns]; the padding is never the largest.
/// Returns [batch, channels, …] in channels_last memory. Differentiable, with one kernel each way; keeps a byte for
/// each window. The gradient of a pixel is a sum in fp32 in a fixed order.
at::Tensor max_pool_block(const at::Tensor& images, const Window& window);

/// Takes the mean of each window over its part in the image, likewise.
at::Tensor average_pool_block(const at::Tensor& images, const Window& window);

}  // namespace layer_rotation
