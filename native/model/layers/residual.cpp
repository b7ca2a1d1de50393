#include "residual.h"

#include <ATen/TensorOperators.h>

#include <utility>

#include "../../error.h"
#include "../block/add_relu_block.h"
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
  return {std::make_shared<Residual>(std::move(layers), std::move(shortcut), builder.compute()), through};
}

}  // namespace

LayerMaker read_residual(const Argument& layer, LayerReader& reader) {
  const ResidualSpec spec{reader.read_within(layer, "layers"), reader.read_within(layer, "shortcut")};
  return [spec](const LayerInput& input, Builder& builder) { return make(spec, input, builder); };
}

Residual::Residual(Sequence layers, Sequence shortcut, const ComputeSpec& compute)
    : layers_(std::move(layers)), shortcut_(std::move(shortcut)), backend_(compute.backend) {
  if (backend_ != Backend::kBlock) return;
  auto& modules = layers_.modules;
  const auto last = std::dynamic_pointer_cast<BatchNorm>(modules.back());
  if (last && last->can_add()) {
    last_ = last;
    modules.pop_back();
  }
  if (!modules.empty()) first_ = std::dynamic_pointer_cast<BatchNorm>(modules.front());
  if (first_) modules.erase(modules.begin());
}

bool Residual::fuse_relu_after() {
  relu_ = true;
  return true;
}

Twins Residual::forward_twins(const Twins& input) {
  Twins through = input;
  at::Tensor around = input.second;
  if (first_) {
    const NormalizedInput normalized = first_->normalize(input.first);
    through = normalized.output;
    around = normalized.input;
  }
  const at::Tensor output = layers_.forward_twins(through).first, shortcut = shortcut_.forward(around);
  return last_ ? last_->add(output, shortcut.to(output.scalar_type()), relu_) : sum(output, shortcut);
}

Twins Residual::sum(const at::Tensor& a, const at::Tensor& b) const {
  if (!relu_) return twins_of(a + b);
  if (backend_ == Backend::kBlock && a.scalar_type() == b.scalar_type()) return add_relu_block(a, b);
  return twins_of(a.device().is_cpu() ? add_relu_cpu(a, b) : (a + b).relu_());
}

}  // namespace layer_rotation
