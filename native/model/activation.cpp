#include "activation.h"

#include <torch/types.h>

namespace layer_rotation {

at::Tensor Flatten::forward(const at::Tensor& input) { return input.flatten(1); }

at::Tensor Relu::forward(const at::Tensor& input) { return torch::relu(input); }

Dropout::Dropout(const DropoutSpec& spec, at::Generator generator)
    : rate_(spec.rate), generator_(std::move(generator)) {}

at::Tensor Dropout::forward(const at::Tensor& input) {
  if (!is_training() || rate_ == 0) return input;
  return input * torch::empty_like(input).bernoulli_(1 - rate_, generator_).div_(1 - rate_);
}

}  // namespace layer_rotation
