#pragma once

#include "../../device/host_device.h"

namespace layer_rotation {

// Compilers may fuse a product with a sum that follows, which rounds otherwise. Products of two fp32 numbers are exact
// in fp64, so that these give the same bits with every compiler, on the CPU and on CUDA devices.

/// a·b, rounded to fp32.
LAYER_ROTATION_HOST_DEVICE inline float product(float a, float b) {
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b));
}

/// a·b + c, rounded to fp32 at the end.
LAYER_ROTATION_HOST_DEVICE inline float fused(float a, float b, float c) {
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b) + static_cast<double>(c));
}

}  // namespace layer_rotation
