#pragma once

#include <cmath>
#include <cstdint>

#include "../../device/host_device.h"
#include "../padding.h"
#include "../plane_size.h"
#include "rounded_once.h"

namespace layer_rotation {

/// A place relative to the centre of an image, in pixels.
struct Point {
  double x;
  double y;
};

/// A linear map (x, y) → (xx·x + xy·y, yx·x + yy·y).
struct LinearMap {
  double xx;
  double xy;
  double yx;
  double yy;
};

/// The pixel that each pixel of a warped image comes from. Rounded as torchvision's affine() and rotate() round with
/// the interpolation 'nearest', it finds the same pixels, also where a place lies in the middle of two.
struct Warp {
  /// Factors of x, y and 1, places relative to the image's centre, for the coordinates of PyTorch's grid_sample, in
  /// which an image goes from −1 to 1.
  float across[3] = {};
  float down[3] = {};

  /// Returns the place of the pixel in its plane [height, width]; kNowhere outside the image.
  LAYER_ROTATION_HOST_DEVICE int32_t source(int32_t row, int32_t column, int32_t height, int32_t width) const {
    const float x = from_centre(column, width), y = from_centre(row, height);
    const int32_t from_column = pixel(across, x, y, width), from_row = pixel(down, x, y, height);
    if (from_column < 0 || from_column >= width || from_row < 0 || from_row >= height) return kNowhere;
    return from_row * width + from_column;
  }

 private:
  LAYER_ROTATION_HOST_DEVICE static float from_centre(int32_t place, int32_t size) {
    return static_cast<float>(place) + 0.5f - 0.5f * static_cast<float>(size);
  }
  /// The nearest pixel, of two the even one. The sum is that of a product of matrices with fused additions, as BLAS
  /// computes it.
  LAYER_ROTATION_HOST_DEVICE static int32_t pixel(const float factors[3], float x, float y, int32_t size) {
    const float place = fused(y, factors[1], product(x, factors[0])) + factors[2];
    return static_cast<int32_t>(std::lrint(product(place + 1, 0.5f * static_cast<float>(size)) - 0.5f));
  }
};

/// The warp that takes a pixel's value from map(pixel − centre − shift) + centre.
inline Warp make_warp(const LinearMap& map, const Point& centre, const Point& shift, PlaneSize size) {
  const double x = -centre.x - shift.x, y = -centre.y - shift.y;
  const double from_x = map.xx * x + map.xy * y + centre.x, from_y = map.yx * x + map.yy * y + centre.y;
  const auto half = [](int64_t side) { return 0.5f * static_cast<float>(side); };
  const auto over = [](double value, float half) { return static_cast<float>(value) / half; };
  const float half_width = half(size.width), half_height = half(size.height);
  return {{over(map.xx, half_width), over(map.xy, half_width), over(from_x, half_width)},
          {over(map.yx, half_height), over(map.yy, half_height), over(from_y, half_height)}};
}

}  // namespace layer_rotation
