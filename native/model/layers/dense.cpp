#include "dense.h"

#include <ATen/ops/linear.h>
#include <torch/types.h>

#include "../../arguments/argument.h"
#include "../builder.h"
#include "../optional_tensor.h"

namespace layer_rotation {

LayerMaker read_dense(const Argument& layer, LayerReader&) {
  const DenseSpec spec{layer["units"].integer(1), layer["bias"].boolean(), read_initializer(layer["init"]),
                       read_bias_initializer(layer["biasInit"])};
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    const auto dense = std::make_shared<Dense>(spec, input, builder.compute(), builder.device(), builder.initial());
    return {dense, dense->output_shape()};
  };
}

Dense::Dense(const DenseSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
             at::Generator generator)
    : precision_(compute.precision) {
  if (input.shape.size() != 1) input.refuse("a dense layer takes [features] (put a flatten before it)");
  at::Tensor initial = torch::empty({spec.units, input.shape[0]});
  const Fans fans = fans_of(initial);
  initialize(initial, spec.init, fans, generator);
  weight = register_parameter("weight", initial.to(device));
  weight_ = ProductParameter(weight, compute);
  if (!spec.bias) return;
  at::Tensor initial_bias = torch::empty({spec.units});
  initialize(initial_bias, spec.bias_init, fans, generator);
  bias = register_parameter("bias", initial_bias.to(device));
  bias_ = ProductBias(bias, compute);
}

at::Tensor Dense::forward(const at::Tensor& input) {
  return bias_.finish(at::linear(cast(input, precision_), weight_.factor(), if_defined(bias_.of_product())));
}

}  // namespace layer_rotation
