#include "activation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>

namespace layer_rotation {

at::Tensor Flatten::forward(const at::Tensor& input) { return input.flatten(1); }

at::Tensor Relu::forward(const at::Tensor& input) { return at::relu(input); }

at::Tensor LeakyRelu::forward(const at::Tensor& input) { return at::leaky_relu(input, slope_); }

at::Tensor Gelu::forward(const at::Tensor& input) { return at::gelu(input, tanh_ ? "tanh" : "none"); }

}  // namespace layer_rotation
