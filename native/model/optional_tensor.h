#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace layer_rotation {

/// Returns a tensor as an optional argument of an operation: nothing if it is undefined. An undefined tensor cannot be
/// passed itself, because torch::autograd::Function::apply asks every tensor for its device.
inline std::optional<at::Tensor> if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

}  // namespace layer_rotation
