#pragma once

#include "../device/compute.h"

namespace layer_rotation {

/// The right to compute with some settings of cuDNN and cuBLAS, of which LibTorch keeps one set for the whole process.
/// Those who want the same ones compute beside each other; others wait until these have ended, in the order in which
/// they came. A thread may hold one at a time.
class ProductSettings {
 public:
  /// Waits, and sets what the spec says of TF32 and of cuDNN's measurements; cuDNN's algorithms are deterministic
  /// always.
  explicit ProductSettings(const ComputeSpec& compute);
  ~ProductSettings();
  ProductSettings(const ProductSettings&) = delete;
  ProductSettings& operator=(const ProductSettings&) = delete;
};

}  // namespace layer_rotation
