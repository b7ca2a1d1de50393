#pragma once

#include <cstdint>

#include "augmentation.h"

namespace layer_rotation {

/// The pixels of an image that is placed as its Placement says. The indices have 32 bits: a division of 64 bits takes a
/// GPU about a hundred instructions.
template <class Pixel>
struct PlacedPixels {
  const Pixel* from;  ///< [channels, height, width]
  int32_t height;
  int32_t width;
  int32_t dy;
  int32_t dx;
  bool flip;
  Padding padding;

  LAYER_ROTATION_HOST_DEVICE PlacedPixels(const Pixel* from, int32_t height, int32_t width, const Placement& placement)
      : from(from),
        height(height),
        width(width),
        dy(static_cast<int32_t>(placement.dy)),
        dx(static_cast<int32_t>(placement.dx)),
        flip(placement.flip),
        padding(placement.padding) {}

  LAYER_ROTATION_HOST_DEVICE Pixel operator()(int32_t channel, int32_t row, int32_t column) const {
    const int32_t seen = flip ? width - 1 - column : column;
    const int32_t y = source_of(row - dy, height, padding), x = source_of(seen - dx, width, padding);
    return y == kNowhere || x == kNowhere ? Pixel{0} : from[(channel * height + y) * width + x];
  }
};

}  // namespace layer_rotation
