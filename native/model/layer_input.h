#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layer_rotation {

/// The shape of one example, without the batch dimension: [features], [channels, rows, columns] or any other.
using Shape = std::vector<int64_t>;

/// Returns how many values an example has, or nothing if that passes 2^63 - 1.
std::optional<int64_t> size_of(const Shape& shape);

/// Returns the shape as text: "[3, 32, 32]".
std::string show(const Shape& shape);

/// The input that a layer gets, and the layer's name for the errors about it.
struct LayerInput {
  const std::string& layer;
  const Shape& shape;

  /// Throws Error INVALID_CONFIG: "layer conv1: <expectation>, but its input is [10]".
  [[noreturn]] void refuse(const std::string& expectation) const;

  /// The number of values of one example. Throws if that passes 2^63 - 1.
  int64_t size() const;
  /// Throws if the input is not [channels, rows, columns]. `kind` names the type of layer, as in "a convolution".
  void expect_image(const char* kind) const;
};

}  // namespace layer_rotation
