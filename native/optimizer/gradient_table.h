#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace layer_rotation {

/// The addresses of a step's gradients in the device's memory, one a slot. They are fp32, or bf16 where the slot has a
/// shadow.
struct GradientTable {
  at::Tensor on_device;
  std::vector<const void*> addresses;
};

}  // namespace layer_rotation
