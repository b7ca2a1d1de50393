#pragma once

#include <cstdint>

#include "image_operation.h"
#include "rounded_once.h"

namespace layer_rotation {

/// Returns a number of fp32 as a pixel: within 0 … 255, without its fraction, as torchvision's operations on bytes do.
LAYER_ROTATION_HOST_DEVICE inline uint8_t as_pixel(float value) {
  return static_cast<uint8_t>(value < 0 ? 0.0f : value > 255 ? 255.0f : value);
}

/// Blends a pixel with that of another image, as the operation says.
LAYER_ROTATION_HOST_DEVICE inline uint8_t blended(const ImageOperation& operation, uint8_t pixel, float other) {
  return as_pixel(product(operation.factor, pixel) + product(operation.rest, other));
}

/// The grey of a coloured pixel.
LAYER_ROTATION_HOST_DEVICE inline uint8_t grey_of(uint8_t red, uint8_t green, uint8_t blue) {
  return as_pixel(product(0.2989f, red) + product(0.587f, green) + product(0.114f, blue));
}

}  // namespace layer_rotation
