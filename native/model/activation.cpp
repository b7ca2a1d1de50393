#include "activation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>

namespace layer_rotation {

at::Tensor Flatten::forward(const at::Tensor& input) { return input.flatten(1); }

at::Tensor Relu::forward(const at::Tensor& input) { return at::relu(input); }

at::Tensor LeakyRelu::forward(const at::Tensor& input) { return at::leaky_relu(input, slope_); }

at::Tensor Gelu::forward(const at::Tensor& input) { return at::gelu(input, tanh_ ? "tanh" : "none"); }

Dropout::Dropout(const DropoutSpec& spec, at::Generator generator)
    : rate_(spec.rate), generator_(std::move(generator)) {}

at::Tensor Dropout::forward(const at::Tensor& input) {
  if (!is_training() || rate_ == 0) return input;
  return input * at::empty_like(input).bernoulli_(1 - rate_, generator_).div_(1 - rate_);
}

}  // namespace layer_rotation
