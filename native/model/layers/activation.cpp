#include "activation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>

#include "../../arguments/argument.h"

namespace layer_rotation {

LayerMaker read_relu(const Argument&, LayerReader&) {
  return [](const LayerInput& input, Builder&) -> MadeLayer { return {std::make_shared<Relu>(), input.shape}; };
}

at::Tensor Relu::forward(const at::Tensor& input) { return at::relu(input); }

LayerMaker read_leaky_relu(const Argument& layer, LayerReader&) {
  const LeakyReluSpec spec{layer["slope"].finite()};
  return [spec](const LayerInput& input, Builder&) -> MadeLayer {
    return {std::make_shared<LeakyRelu>(spec), input.shape};
  };
}

at::Tensor LeakyRelu::forward(const at::Tensor& input) { return at::leaky_relu(input, spec_.slope); }

LayerMaker read_gelu(const Argument& layer, LayerReader&) {
  const GeluSpec spec{layer["approximation"].one_of<bool>({{"none", false}, {"tanh", true}})};
  return [spec](const LayerInput& input, Builder&) -> MadeLayer { return {std::make_shared<Gelu>(spec), input.shape}; };
}

at::Tensor Gelu::forward(const at::Tensor& input) { return at::gelu(input, spec_.tanh ? "tanh" : "none"); }

}  // namespace layer_rotation
