#include "layer_input.h"

#include "../error.h"

namespace layer_rotation {

std::optional<int64_t> size_of(const Shape& shape) {
  int64_t size = 1;
  for (const int64_t extent : shape) {
    if (__builtin_mul_overflow(size, extent, &size)) return std::nullopt;
  }
  return size;
}

std::string show(const Shape& shape) {
  std::string text = "[";
  for (const int64_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

void LayerInput::refuse(const std::string& expectation) const {
  throw Error("INVALID_CONFIG", "layer " + layer + ": " + expectation + ", but its input is " + show(shape));
}

int64_t LayerInput::size() const {
  const std::optional<int64_t> size = size_of(shape);
  if (!size) refuse("an example must hold fewer than 2⁶³ values");
  return *size;
}

void LayerInput::expect_image(const char* kind) const {
  if (shape.size() != 3) refuse(std::string(kind) + " takes [channels, rows, columns]");
}

}  // namespace layer_rotation
