#pragma once

#include <vector>

#include "layer_spec.h"

namespace layer_rotation {

/// Reads lists of layers, and bounds what a caller may nest and repeat.
class LayerReader {
 public:
  /// Reads an array of LayerSpec (src/model/layers.ts). Throws Error INVALID_CONFIG if an element is not a layer, or if
  /// there are more than 2¹⁶ layers in all lists that this reader has read.
  std::vector<LayerSpec> read(const Argument& layers);
  /// Reads an array that is a property of the layer `parent`. Throws Error INVALID_CONFIG if `parent` already is in
  /// eight other layers.
  std::vector<LayerSpec> read_within(const Argument& parent, const char* property);

 private:
  int depth_ = 0;
  int read_ = 0;  ///< the number of layers so far
};

}  // namespace layer_rotation
