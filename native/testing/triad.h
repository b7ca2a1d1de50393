#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation::rotation {

/// STREAM's triad, a ← b + s·c, over fp32 tensors with LibTorch's threads: the memory bandwidth that the
/// kernels are measured against. It moves 12 bytes an element.
void triad(at::Tensor& a, const at::Tensor& b, const at::Tensor& c, float s);

}  // namespace layer_rotation::rotation
