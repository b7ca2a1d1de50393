#pragma once

#include <cstdint>

namespace layer_rotation {

/// The operations of RandAugment (arXiv 1909.13719), in the order of torchvision.
enum class Operation : int32_t {
  kIdentity,
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
  kBrightness,
  kColor,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
};

constexpr int32_t kOperations = 14;

}  // namespace layer_rotation
