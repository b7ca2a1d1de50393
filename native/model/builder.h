#pragma once

#include <ATen/core/Generator.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "../device/compute.h"
#include "block/step_context.h"
#include "fused_relu.h"
#include "layer_input.h"
#include "layer_spec.h"
#include "module.h"
#include "sequence.h"

namespace layer_rotation {

/// A weight whose rotation is monitored, and controlled under Layca.
struct MonitoredLayer {
  std::string name;
  at::Tensor weight;
};

/// A trainable parameter that is no layer, and the index of the layer it comes after.
struct OtherParameter {
  at::Tensor parameter;
  size_t layer;
};

/// A module under the name of its layer.
struct NamedModule {
  std::string name;
  std::shared_ptr<Module> module;
};

/// What a network is made of, in forward order; a residual's layers come before its shortcut.
struct NetworkParts {
  std::vector<NamedModule> modules;  ///< all with parameters, buffers or a mode of their own
  std::vector<MonitoredLayer> layers;
  std::vector<OtherParameter> other_parameters;
  std::map<const Module*, std::string> names;  ///< of all modules
};

/// Turns layer specs into modules, following the shape of one example through them.
class Builder {
 public:
  /// Weights are drawn from `initial` on the CPU and then moved, so they do not depend on the device.
  Builder(const ComputeSpec& compute, at::Device device, at::Generator initial, const StepContext& step)
      : compute_(compute), device_(device), initial_(std::move(initial)), step_(step) {}

  /// `shape` is that of the layers' input and becomes that of their output. Throws Error INVALID_CONFIG where a layer
  /// does not fit its input or has the name of another one.
  Sequence build(const std::vector<LayerSpec>& layers, Shape& shape);

  const NetworkParts& parts() const { return parts_; }

 private:
  /// A module for each type of layer; `shape` becomes that of its output.
  std::shared_ptr<Module> make(const ConvSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const DenseSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const BatchNormSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const LayerNormSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const GroupNormSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const ReluSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const LeakyReluSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const GeluSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const MaxPoolSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const AveragePoolSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const GlobalAveragePoolSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const DropoutSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const FlattenSpec& spec, const LayerInput& input, Shape& shape);
  std::shared_ptr<Module> make(const ResidualSpec& spec, const LayerInput& input, Shape& shape);

  void claim_name(const std::string& name);
  /// Adds to the parts a module and, where it has one, its weight that is a layer.
  void record(const std::string& name, const std::shared_ptr<Module>& module, const at::Tensor& layer = {});

  ComputeSpec compute_;
  at::Device device_;
  at::Generator initial_;
  StepContext step_;
  uint64_t dropouts_ = 0;
  std::set<std::string> names_;
  NetworkParts parts_;
};

}  // namespace layer_rotation
