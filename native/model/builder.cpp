#include "builder.h"

#include "../error.h"

namespace layer_rotation {

Sequence Builder::build(const std::vector<LayerSpec>& layers, Shape& shape) {
  Sequence sequence;
  for (const LayerSpec& layer : layers) {
    claim_name(layer.name);
    const MadeLayer made = layer.make({layer.name, shape}, *this);
    append(sequence, {layer.name, made.module});
    for (const NamedModule& part : made.parts) record(part);
    shape = made.output_shape;
  }
  return sequence;
}

void Builder::claim_name(const std::string& name) {
  if (!names_.insert(name).second) {
    throw Error("INVALID_CONFIG", "layer " + name + ": another layer has this name; every layer needs a different one");
  }
}

void Builder::append(Sequence& sequence, const NamedModule& added) {
  auto& modules = sequence.modules;
  if (!modules.empty()) {
    if (added.module->is_relu() && modules.back()->fuse_relu_after()) return;
    const DropoutDraws* draws = added.module->dropout();
    if (draws != nullptr && modules.back()->fuse_dropout_after(*draws)) return;
    const ProductParameter* bias = modules.back()->loose_bias();
    if (bias != nullptr && added.module->fuse_bias_before(*bias)) modules.back()->leave_out_bias();
    if (modules.back()->is_relu() && added.module->fuse_relu_before()) {
      forget(modules.back().get());
      modules.pop_back();
    }
  }
  modules.push_back(added.module);
  record(added);
}

void Builder::record(const NamedModule& named) {
  parts_.modules.push_back(named);
  const at::Tensor monitored = named.module->monitored_weight();
  if (monitored.defined()) parts_.layers.push_back({named.module->monitored_name(named.name), monitored});
  for (const at::Tensor& parameter : named.module->parameters()) {
    if (parameter.is_same(monitored)) continue;
    parts_.other_parameters.push_back({parameter, parts_.layers.empty() ? 0 : parts_.layers.size() - 1});
  }
}

void Builder::forget(const Module* module) {
  std::erase_if(parts_.modules, [&](const NamedModule& named) { return named.module.get() == module; });
}

}  // namespace layer_rotation
