#pragma once

#include <cstdint>

#include "../size2.h"

namespace layer_rotation {

/// The sizes of a convolution of [batch, channels, …input] with [filters, channels, …kernel] to [batch, filters,
/// …output].
struct ConvGeometry {
  int64_t batch, channels, filters;
  Size2 input, kernel, stride, padding, output;

  int64_t taps() const { return kernel[0] * kernel[1]; }
  /// The number of values under the window.
  int64_t patch() const { return taps() * channels; }
  int64_t input_pixels() const { return input[0] * input[1]; }
  int64_t output_pixels() const { return output[0] * output[1]; }
  /// Returns whether the patches are the pixels of the input themselves.
  bool is_pointwise() const { return kernel == Size2{1, 1} && stride == Size2{1, 1} && padding == Size2{0, 0}; }
};

}  // namespace layer_rotation
