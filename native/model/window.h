#pragma once

#include <ATen/core/Tensor.h>

#include "layer_input.h"
#include "layer_spec.h"

namespace layer_rotation {

/// A window in its places over the rows and columns of an image: what convolutions and pools have in common.
///
/// TensorFlow's 'same' padding gives ⌈in / stride⌉ outputs. It takes total = max((out − 1)·stride + size − in, 0) rows,
/// ⌊total / 2⌋ of them before the image and the others behind it: where total is odd, one more behind than before.
struct Window {
  /// Throws Error INVALID_CONFIG where not even one window fits into the padded image [channels, rows, columns].
  Window(const WindowSpec& spec, const LayerInput& input);

  bool is_uneven() const { return extra[0] != 0 || extra[1] != 0; }
  /// The `extra` rows and columns put behind an image [batch, channels, rows, columns], filled with `value`.
  at::Tensor pad_extra(const at::Tensor& image, double value) const;

  Size2 size;
  Size2 stride;
  Size2 padding;  ///< on both sides of the image
  Size2 extra;    ///< behind it besides
  Size2 outputs;
};

}  // namespace layer_rotation
