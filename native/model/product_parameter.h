#pragma once

#include <ATen/core/Tensor.h>

#include "../device/compute.h"

namespace layer_rotation {

/// Returns a factor of a product in the product's precision; an undefined tensor stays undefined. As under PyTorch's
/// autocast, the gradient comes back in the precision of `tensor`.
inline at::Tensor cast(const at::Tensor& tensor, at::ScalarType precision) {
  return tensor.defined() ? tensor.to(precision) : tensor;
}

/// A parameter as a factor of products: the parameter itself, cast to the product's precision, or its shadow. A shadow
/// is a copy in that precision, which must be refreshed whenever the parameter changes. It gives the same numbers as a
/// cast, saves the cast's two operations (forward and backward), and receives the gradient in its own precision.
class ProductParameter {
 public:
  /// Stands for a parameter that the layer does not have.
  ProductParameter() = default;
  ProductParameter(const at::Tensor& parameter, const ComputeSpec& compute)
      : parameter_(parameter), precision_(compute.precision) {
    if (parameter.defined() && compute.has_shadows()) shadow_ = parameter.detach().to(precision_).requires_grad_();
  }

  /// The factor of the product; undefined if there is no parameter.
  at::Tensor factor() const { return shadow_.defined() ? shadow_ : cast(parameter_, precision_); }
  const at::Tensor& parameter() const { return parameter_; }
  /// Undefined if the parameter has no shadow.
  const at::Tensor& shadow() const { return shadow_; }

 private:
  at::Tensor parameter_;
  at::Tensor shadow_;
  at::ScalarType precision_ = at::kFloat;
};

}  // namespace layer_rotation
