#pragma once

#include <cstdint>

#include "../../device/host_device.h"
#include "blend.h"

namespace layer_rotation {

/// An image of bytes with one or three channels.
struct Image {
  const uint8_t* pixels;  ///< [channels, height, width]
  int32_t channels;
  int32_t height;
  int32_t width;

  LAYER_ROTATION_HOST_DEVICE int32_t plane() const { return height * width; }
  /// The grey of the pixel with the place `at` in its plane.
  LAYER_ROTATION_HOST_DEVICE uint8_t grey(int32_t at) const {
    if (channels == 1) return pixels[at];
    return grey_of(pixels[at], pixels[plane() + at], pixels[2 * plane() + at]);
  }
};

}  // namespace layer_rotation
