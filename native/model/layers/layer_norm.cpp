#include "layer_norm.h"

#include <ATen/ops/layer_norm.h>
#include <torch/types.h>

#include "../../arguments/argument.h"
#include "../builder.h"
#include "../optional_tensor.h"

namespace layer_rotation {

LayerMaker read_layer_norm(const Argument& layer, LayerReader&) {
  const LayerNormSpec spec{layer["epsilon"].at_least_zero(), layer["scale"].boolean(), layer["shift"].boolean()};
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    return {std::make_shared<LayerNorm>(spec, input, builder.device()), input.shape};
  };
}

LayerNorm::LayerNorm(const LayerNormSpec& spec, const LayerInput& input, at::Device device)
    : shape_(input.shape), epsilon_(spec.epsilon) {
  if (spec.scale) weight = register_parameter("weight", torch::ones(shape_, device));
  if (spec.shift) bias = register_parameter("bias", torch::zeros(shape_, device));
}

at::Tensor LayerNorm::forward(const at::Tensor& input) {
  // The norm runs in fp32, as under autocast: not every device's kernel takes bf16 with fp32 parameters.
  const at::Tensor output =
      at::layer_norm(input.to(at::kFloat), shape_, if_defined(weight), if_defined(bias), epsilon_);
  return output.to(input.scalar_type()).contiguous(input.suggest_memory_format());
}

}  // namespace layer_rotation
