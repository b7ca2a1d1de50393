#pragma once

#include <ATen/core/Generator.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "../device/compute.h"
#include "block/step_context.h"
#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// A weight whose rotation is monitored, and controlled under Layca.
struct MonitoredLayer {
  std::string name;
  at::Tensor weight;
};

/// A trainable parameter whose rotation is not monitored, and the index of the monitored layer that it comes after (0
/// if it comes before all).
struct OtherParameter {
  at::Tensor parameter;
  size_t layer;
};

/// The modules and parameters of a network, in forward order. Within a residual, its layers come before its shortcut,
/// and both before the residual itself.
struct NetworkParts {
  std::vector<NamedModule> modules;
  std::vector<MonitoredLayer> layers;
  std::vector<OtherParameter> other_parameters;
};

/// Turns layer specs into modules: follows the shape of one example through the layers, and holds what their modules
/// are made with.
class Builder {
 public:
  /// Weights are drawn from `initial` on the CPU and then moved, so they do not depend on the device.
  Builder(const ComputeSpec& compute, at::Device device, at::Generator initial, const StepContext& step)
      : compute_(compute), device_(device), initial_(std::move(initial)), step_(step) {}

  /// Makes the modules of a list of layers. `shape` is that of the list's input and becomes that of its output. Throws
  /// Error INVALID_CONFIG if a layer does not fit its input or has the name of another one.
  Sequence build(const std::vector<LayerSpec>& layers, Shape& shape);

  const ComputeSpec& compute() const { return compute_; }
  at::Device device() const { return device_; }
  /// The generator of initial weights, on the CPU.
  const at::Generator& initial() const { return initial_; }
  const StepContext& step() const { return step_; }
  /// Returns 0, 1, 2, … for the network's dropouts in forward order.
  uint64_t next_dropout() { return dropouts_++; }

  const NetworkParts& parts() const { return parts_; }

 private:
  void claim_name(const std::string& name);
  /// Puts a module at the end of a sequence, or has it share a pass over memory with the module before it if one of the
  /// two is a ReLU or a dropout that the other can compute. It may also take on the bias of the module before it.
  void append(Sequence& sequence, const NamedModule& added);
  void record(const NamedModule& named);
  void forget(const Module* module);

  ComputeSpec compute_;
  at::Device device_;
  at::Generator initial_;
  StepContext step_;
  uint64_t dropouts_ = 0;
  std::set<std::string> names_;
  NetworkParts parts_;
};

}  // namespace layer_rotation
