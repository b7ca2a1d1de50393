#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "product_parameter.h"

namespace layer_rotation {

/// One step of a network's forward pass. Parameters and buffers are registered under PyTorch's names.
class Module : public torch::nn::Module {
 public:
  /// `input`: [batch, …]; is(training) selects batch statistics and dropout.
  virtual at::Tensor forward(const at::Tensor& input) = 0;
  /// Those of its parameters that enter products.
  virtual std::vector<ProductParameter> product_parameters() const { return {}; }
};

}  // namespace layer_rotation
