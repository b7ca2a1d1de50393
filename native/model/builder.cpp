#include "builder.h"

#include "../error.h"
#include "layers/activation.h"
#include "layers/batch_norm.h"
#include "layers/conv.h"
#include "layers/dense.h"
#include "layers/dropout.h"
#include "layers/group_norm.h"
#include "layers/layer_norm.h"
#include "layers/pooling.h"
#include "layers/residual.h"

namespace layer_rotation {
namespace {

bool is_relu(const LayerSpec& layer) { return std::holds_alternative<ReluSpec>(layer.spec); }
bool is_batch_norm(const LayerSpec& layer) { return std::holds_alternative<BatchNormSpec>(layer.spec); }

/// Makes the module before a ReLU apply it, where that saves a pass over memory.
bool fuse_relu_into(Module* module) {
  if (auto* norm = dynamic_cast<BatchNorm*>(module); norm != nullptr && norm->fused_relu() == FusedRelu::kNone) {
    norm->fuse_relu(FusedRelu::kAfter);
    return true;
  }
  if (auto* residual = dynamic_cast<Residual*>(module)) {
    residual->fuse_relu();
    return true;
  }
  return false;
}

}  // namespace

Sequence Builder::build(const std::vector<LayerSpec>& layers, Shape& shape) {
  Sequence sequence;
  auto& modules = sequence.modules;
  bool relu_before = false;  // one that waits for the batch norm behind it
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerSpec& layer = layers[i];
    claim_name(layer.name);
    if (is_relu(layer)) {
      if (!modules.empty() && fuse_relu_into(modules.back().get())) continue;
      relu_before = i + 1 < layers.size() && is_batch_norm(layers[i + 1]);
      if (relu_before) continue;
    }
    const Shape given = shape;
    const LayerInput input{layer.name, given};
    modules.push_back(std::visit([&](const auto& spec) { return make(spec, input, shape); }, layer.spec));
    parts_.names.emplace(modules.back().get(), layer.name);
    if (relu_before) dynamic_cast<BatchNorm&>(*modules.back()).fuse_relu(FusedRelu::kBefore);
    relu_before = false;
  }
  return sequence;
}

std::shared_ptr<Module> Builder::make(const ConvSpec& spec, const LayerInput& input, Shape& shape) {
  const auto conv = std::make_shared<Conv>(spec, input, compute_, device_, initial_);
  record(input.layer, conv, conv->weight);
  shape = conv->output_shape();
  return conv;
}

std::shared_ptr<Module> Builder::make(const DenseSpec& spec, const LayerInput& input, Shape& shape) {
  const auto dense = std::make_shared<Dense>(spec, input, compute_, device_, initial_);
  record(input.layer, dense, dense->weight);
  shape = dense->output_shape();
  return dense;
}

std::shared_ptr<Module> Builder::make(const BatchNormSpec& spec, const LayerInput& input, Shape&) {
  const auto norm = std::make_shared<BatchNorm>(spec, input, compute_, device_);
  record(input.layer, norm);
  return norm;
}

std::shared_ptr<Module> Builder::make(const LayerNormSpec& spec, const LayerInput& input, Shape&) {
  const auto norm = std::make_shared<LayerNorm>(spec, input, device_);
  record(input.layer, norm);
  return norm;
}

std::shared_ptr<Module> Builder::make(const GroupNormSpec& spec, const LayerInput& input, Shape&) {
  const auto norm = std::make_shared<GroupNorm>(spec, input, device_);
  record(input.layer, norm);
  return norm;
}

std::shared_ptr<Module> Builder::make(const ReluSpec&, const LayerInput&, Shape&) { return std::make_shared<Relu>(); }

std::shared_ptr<Module> Builder::make(const LeakyReluSpec& spec, const LayerInput&, Shape&) {
  return std::make_shared<LeakyRelu>(spec);
}

std::shared_ptr<Module> Builder::make(const GeluSpec& spec, const LayerInput&, Shape&) {
  return std::make_shared<Gelu>(spec);
}

std::shared_ptr<Module> Builder::make(const MaxPoolSpec& spec, const LayerInput& input, Shape& shape) {
  const auto pool = std::make_shared<MaxPool>(spec, input);
  shape = pool->output_shape();
  return pool;
}

std::shared_ptr<Module> Builder::make(const AveragePoolSpec& spec, const LayerInput& input, Shape& shape) {
  const auto pool = std::make_shared<AveragePool>(spec, input, compute_, device_);
  shape = pool->output_shape();
  return pool;
}

std::shared_ptr<Module> Builder::make(const GlobalAveragePoolSpec&, const LayerInput& input, Shape& shape) {
  input.expect_image("a global pool");
  shape = {input.shape[0]};
  return std::make_shared<GlobalAveragePool>();
}

std::shared_ptr<Module> Builder::make(const DropoutSpec& spec, const LayerInput& input, Shape&) {
  const auto dropout = std::make_shared<Dropout>(spec, step_, dropouts_++);
  record(input.layer, dropout);
  return dropout;
}

std::shared_ptr<Module> Builder::make(const FlattenSpec&, const LayerInput& input, Shape& shape) {
  shape = {input.size()};
  return std::make_shared<Flatten>();
}

std::shared_ptr<Module> Builder::make(const ResidualSpec& spec, const LayerInput& input, Shape& shape) {
  if (spec.layers.empty()) {
    throw Error("INVALID_CONFIG", "layer " + input.layer + ": a residual needs at least one layer");
  }
  Shape around = input.shape;
  Sequence layers = build(spec.layers, shape), shortcut = build(spec.shortcut, around);
  if (shape != around) {
    throw Error("INVALID_CONFIG", "layer " + input.layer + ": its layers end in " + show(shape) +
                                      " and its shortcut in " + show(around) + ", but a sum needs equal shapes");
  }
  return std::make_shared<Residual>(std::move(layers), std::move(shortcut));
}

void Builder::claim_name(const std::string& name) {
  if (!names_.insert(name).second) {
    throw Error("INVALID_CONFIG", "layer " + name + ": another layer has this name; each needs one of its own");
  }
}

void Builder::record(const std::string& name, const std::shared_ptr<Module>& module, const at::Tensor& layer) {
  parts_.modules.push_back({name, module});
  if (layer.defined()) parts_.layers.push_back({name, layer});
  for (const at::Tensor& parameter : module->parameters()) {
    if (parameter.is_same(layer)) continue;
    parts_.other_parameters.push_back({parameter, parts_.layers.empty() ? 0 : parts_.layers.size() - 1});
  }
}

}  // namespace layer_rotation
