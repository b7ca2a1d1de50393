#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace layer_rotation {

/// An optional argument of an operation. torch::autograd::Function::apply asks every tensor for its device: one that is
/// undefined has to be no tensor at all.
inline std::optional<at::Tensor> if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

}  // namespace layer_rotation
