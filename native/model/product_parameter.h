#pragma once

#include <ATen/core/Tensor.h>

#include "../device/compute.h"

namespace layer_rotation {

/// A parameter as a product takes it: as it is, cast to the product's precision, or as its shadow, a copy in that
/// precision which whoever changes the parameter has to keep up to date. A cast and its backward pass are operations of
/// their own, for each parameter; a shadow gives the same numbers without them, and receives the gradient in its own
/// precision.
class ProductParameter {
 public:
  /// Of no parameter.
  ProductParameter() = default;
  ProductParameter(const at::Tensor& parameter, const ComputeSpec& compute);

  /// Undefined where there is no parameter.
  at::Tensor factor() const { return shadow_.defined() ? shadow_ : cast(parameter_, precision_); }
  const at::Tensor& parameter() const { return parameter_; }
  /// Undefined where there is none.
  const at::Tensor& shadow() const { return shadow_; }

 private:
  at::Tensor parameter_;
  at::Tensor shadow_;
  at::ScalarType precision_ = at::kFloat;
};

}  // namespace layer_rotation
