#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layer_rotation {

/// Of one example, without the batch dimension: [features], [channels, rows, columns] or anything else.
using Shape = std::vector<int64_t>;

/// How many values an example has; none where that passes 2^63 - 1.
std::optional<int64_t> size_of(const Shape& shape);

/// "[3, 32, 32]"
std::string show(const Shape& shape);

/// What a layer is given, and its name for the error where it cannot take that.
struct LayerInput {
  const std::string& layer;
  const Shape& shape;

  /// Throws Error INVALID_CONFIG: "layer conv1: <expectation>, but its input is [10]".
  [[noreturn]] void refuse(const std::string& expectation) const;

  /// The number of values of one example.
  int64_t size() const;
  /// Throws where the input is not [channels, rows, columns]; `kind` is the layer's, as in "a convolution".
  void expect_image(const char* kind) const;
};

}  // namespace layer_rotation
