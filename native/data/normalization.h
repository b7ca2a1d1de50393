#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include <optional>

namespace layer_rotation {

/// How bytes become a network's input: (pixel − mean) / deviation, with one mean and one deviation for all pixels.
class Normalization {
 public:
  struct Scalar {
    double mean;
    double deviation;
  };

  explicit Normalization(Scalar scalar = {0, 1}) : scalar_(scalar) {}

  std::optional<Scalar> scalar() const { return scalar_; }

  /// uint8 of any shape → `type` of the same shape, in `format`.
  at::Tensor operator()(const at::Tensor& pixels, at::ScalarType type, at::MemoryFormat format) const {
    return pixels.contiguous(format).to(at::kFloat).sub_(scalar_.mean).div_(scalar_.deviation).to(type);
  }

 private:
  Scalar scalar_;
};

}  // namespace layer_rotation
