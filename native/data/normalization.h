#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// How bytes become a network's input: (pixel − mean) / deviation, one mean and one deviation for all pixels.
struct Normalization {
  double mean = 0;
  double deviation = 1;

  /// uint8 of any shape → fp32 of the same shape.
  at::Tensor operator()(const at::Tensor& pixels) const { return pixels.to(at::kFloat).sub_(mean).div_(deviation); }
};

}  // namespace layer_rotation
