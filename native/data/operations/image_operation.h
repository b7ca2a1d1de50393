#pragma once

#include <cstdint>

#include "../../device/host_device.h"
#include "operation.h"
#include "warp.h"

namespace layer_rotation {

/// An operation on images of one size, with its magnitude.
struct ImageOperation {
  Operation kind = Operation::kIdentity;
  float factor = 1;     ///< of a blend: the share of the image; above 1 it moves away from the other image
  float rest = 0;       ///< 1 − factor, rounded once
  float threshold = 0;  ///< of kSolarize: the least value that is inverted
  uint8_t mask = 0xff;  ///< of kPosterize: the bits that remain
  Warp warp;            ///< of shears, translations and rotations
};

/// Every operation at one magnitude, for images of one size.
struct ImageOperations {
  ImageOperation positive[kOperations];
  ImageOperation negative[kOperations];  ///< those with a sign, the other way; the others as they are

  LAYER_ROTATION_HOST_DEVICE const ImageOperation& at(Operation kind, bool is_negative) const {
    return (is_negative ? negative : positive)[static_cast<int32_t>(kind)];
  }
};

/// Returns the operations that torchvision's RandAugment has at `magnitude`, 0 … 30, for images [channels, height,
/// width]. Those that change no such image are identities.
ImageOperations image_operations(int64_t magnitude, int64_t channels, int64_t height, int64_t width);

}  // namespace layer_rotation
