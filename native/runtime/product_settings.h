#pragma once

#include "../device/compute.h"

namespace layer_rotation {

/// The right to compute with certain settings of cuDNN and cuBLAS, which LibTorch keeps once for the whole process.
/// Users with the same settings compute at the same time; others wait until those have finished, in the order in which
/// they came. A thread holds at most one at a time.
class ProductSettings {
 public:
  /// Waits for its turn, then sets TF32 and cuDNN's measurements as the spec says; cuDNN's algorithms are always
  /// deterministic.
  explicit ProductSettings(const ComputeSpec& compute);
  ~ProductSettings();
  ProductSettings(const ProductSettings&) = delete;
  ProductSettings& operator=(const ProductSettings&) = delete;
};

}  // namespace layer_rotation
