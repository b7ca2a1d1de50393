#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace layer_rotation {

/// Convolves on the CPU: the cross-correlation of [batch, channels, height, width] in channels_last memory, fp32 or
/// bf16, with `weight` [filters, channels, …], plus `bias` [filters] unless that is undefined; zeros around the image.
///
/// Weight and bias are fp32 and so are their gradients; products take them in the input's precision and add up in fp32.
/// oneDNN computes most convolutions. It is slow on small images with many channels, and for the gradient of a bf16
/// weight on all small images: MKL's matrix products compute these, on machines where they are fast.
at::Tensor conv_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                    std::array<int64_t, 2> stride, std::array<int64_t, 2> padding);

}  // namespace layer_rotation
