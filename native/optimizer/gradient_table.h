#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace layer_rotation {

/// Where the gradients of a step lie, fp32, or bf16 where the slot has a shadow: addresses in the device's memory, one
/// a slot.
struct GradientTable {
  at::Tensor on_device;
  std::vector<const void*> addresses;
};

}  // namespace layer_rotation
