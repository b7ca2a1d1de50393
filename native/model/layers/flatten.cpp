#include "flatten.h"

namespace layer_rotation {

LayerMaker read_flatten(const Argument&, LayerReader&) {
  return [](const LayerInput& input, Builder&) -> MadeLayer { return {std::make_shared<Flatten>(), {input.size()}}; };
}

at::Tensor Flatten::forward(const at::Tensor& input) { return input.flatten(1); }

}  // namespace layer_rotation
