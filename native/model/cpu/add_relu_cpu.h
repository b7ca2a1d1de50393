#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// max(0, a + b) in one pass, of two tensors of one shape and type, fp32 or bf16, on the CPU. Differentiable; keeps
/// only the result for that.
at::Tensor add_relu_cpu(const at::Tensor& a, const at::Tensor& b);

}  // namespace layer_rotation
