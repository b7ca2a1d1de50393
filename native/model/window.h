#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "layer_input.h"
#include "size2.h"

namespace layer_rotation {

class Argument;

/// The settings of a window that slides over rows and columns. Sizes and strides are 1 … 2¹⁶.
struct WindowSpec {
  Size2 size;
  Size2 stride;
  bool same;      ///< TensorFlow's 'same' padding: see Window
  Size2 padding;  ///< rows and columns of padding on each side, 0 … 2¹⁶; 0 for 'valid'; unused with `same`
};

/// Reads the properties stride, padding and the one called `size` of a layer.
WindowSpec read_window(const Argument& layer, const char* size);

/// A window in its places over the rows and columns of an image: what convolutions and pools have in common.
///
/// TensorFlow's 'same' padding gives ⌈in / stride⌉ outputs. It takes total = max((out − 1)·stride + size − in, 0) rows,
/// ⌊total / 2⌋ of them before the image and the others after it: if total is odd, one more after than before.
struct Window {
  /// Throws Error INVALID_CONFIG if not even one window fits into the padded image [channels, rows, columns].
  Window(const WindowSpec& spec, const LayerInput& input);

  bool is_uneven() const { return extra[0] != 0 || extra[1] != 0; }
  /// Puts the `extra` rows and columns, filled with `value`, behind an image [batch, channels, rows, columns].
  at::Tensor pad_extra(const at::Tensor& image, double value) const;

  Size2 size;
  Size2 stride;
  Size2 padding;  ///< on both sides of the image
  Size2 extra;    ///< additional padding after the image
  Size2 outputs;
};

}  // namespace layer_rotation
