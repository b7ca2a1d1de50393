#include "residual.h"

#include <ATen/TensorOperators.h>

#include "../../error.h"
#include "../builder.h"
#include "../cpu/add_relu_cpu.h"
#include "../layer_reader.h"

namespace layer_rotation {
namespace {

MadeLayer make(const ResidualSpec& spec, const LayerInput& input, Builder& builder) {
  if (spec.layers.empty()) {
    throw Error("INVALID_CONFIG", "layer " + input.layer + ": a residual needs at least one layer");
  }
  Shape through = input.shape, around = input.shape;
  Sequence layers = builder.build(spec.layers, through), shortcut = builder.build(spec.shortcut, around);
  if (through != around) {
    throw Error("INVALID_CONFIG", "layer " + input.layer + ": its layers end in " + show(through) +
                                      " and its shortcut in " + show(around) + ", but a sum needs equal shapes");
  }
  return {std::make_shared<Residual>(std::move(layers), std::move(shortcut)), through};
}

at::Tensor add_relu(const at::Tensor& a, const at::Tensor& b) {
  return a.device().is_cpu() ? add_relu_cpu(a, b) : (a + b).relu_();
}

}  // namespace

LayerMaker read_residual(const Argument& layer, LayerReader& reader) {
  const ResidualSpec spec{reader.read_within(layer, "layers"), reader.read_within(layer, "shortcut")};
  return [spec](const LayerInput& input, Builder& builder) { return make(spec, input, builder); };
}

bool Residual::fuse_relu_after() {
  relu_ = true;
  return true;
}

at::Tensor Residual::forward(const at::Tensor& input) {
  const at::Tensor output = layers_.forward(input), shortcut = shortcut_.forward(input);
  return relu_ ? add_relu(output, shortcut) : output + shortcut;
}

}  // namespace layer_rotation
