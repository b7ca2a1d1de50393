#pragma once

#include <cstdint>

#include "../device/host_device.h"

namespace layer_rotation {

/// The rows top … bottom-1 and columns left … right-1 of an image.
struct Box {
  int32_t top = 0;
  int32_t bottom = 0;
  int32_t left = 0;
  int32_t right = 0;

  LAYER_ROTATION_HOST_DEVICE bool is_empty() const { return top >= bottom || left >= right; }
  LAYER_ROTATION_HOST_DEVICE bool holds(int32_t row, int32_t column) const {
    return top <= row && row < bottom && left <= column && column < right;
  }
};

}  // namespace layer_rotation
