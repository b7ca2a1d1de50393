#pragma once

#include <cstdint>

namespace layer_rotation {

struct PlaneSize {
  int64_t height;
  int64_t width;
};

}  // namespace layer_rotation
