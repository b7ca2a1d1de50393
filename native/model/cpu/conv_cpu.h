#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace layer_rotation {

/// A convolution on the CPU: cross-correlation of [batch, channels, height, width] in channels_last memory, fp32 or
/// bf16, with `weight` [filters, channels, …], plus `bias` [filters] or nothing if undefined; zeros around the image.
///
/// Weight and bias are fp32 and so are their gradients; products take them in the input's precision and add up in fp32.
/// oneDNN computes what it is good at. It is slow on small images with many channels, and in bf16 for the gradient of
/// the weight on all small images: these are matrix products of MKL's, where they are fast.
at::Tensor conv_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                    std::array<int64_t, 2> stride, std::array<int64_t, 2> padding);

}  // namespace layer_rotation
