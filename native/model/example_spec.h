#pragma once

#include <cstdint>

#include "layer_input.h"

namespace layer_rotation {

/// The examples that a network takes, and the classes that it tells apart.
struct ExampleSpec {
  Shape shape;          ///< one example without the batch dimension: [channels, height, width], [context] or any other
  int64_t classes = 0;  ///< for windows of token ids the size of the vocabulary
  bool are_tokens = false;  ///< int64 token ids, each of which has a label; otherwise numbers, with one label for all
  bool are_floats = false;  ///< the numbers are fp32, not bytes

  /// The shape of the logits of one example: [classes], or [context, classes].
  Shape logits() const { return are_tokens ? Shape{shape.front(), classes} : Shape{classes}; }
};

}  // namespace layer_rotation
