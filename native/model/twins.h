#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// An activation that goes two ways. Both tensors share their memory, and may be one: then autograd adds the gradients
/// that come back. Of two tensors, the module that made them takes each gradient and adds them in its own pass.
struct Twins {
  at::Tensor first;
  at::Tensor second;
};

/// An activation whose gradients autograd adds.
inline Twins twins_of(const at::Tensor& activation) { return {activation, activation}; }

}  // namespace layer_rotation
