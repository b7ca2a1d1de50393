#include "dense.h"

#include <torch/nn/functional/linear.h>

#include "initializer.h"

namespace layer_rotation {

Dense::Dense(const DenseSpec& spec, int64_t inputs, at::Generator generator) {
  weight = register_parameter("weight", torch::empty({spec.units, inputs}));
  initialize(weight, spec.init, inputs, spec.units, generator);
  if (!spec.bias) return;
  bias = register_parameter("bias", torch::empty({spec.units}));
  initialize(bias, spec.bias_init, inputs, spec.units, generator);
}

at::Tensor Dense::forward(const at::Tensor& input) { return torch::nn::functional::linear(input, weight, bias); }

}  // namespace layer_rotation
