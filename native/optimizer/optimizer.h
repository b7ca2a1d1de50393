#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "../rotation/layers.h"
#include "../rotation/step_record.h"
#include "optimizer_spec.h"
#include "update_backend.h"

namespace layer_rotation {

/// A parameter of a network as an optimizer takes it.
struct OptimizedParameter {
  at::Tensor tensor;
  size_t layer;    ///< the monitored layer that it belongs to, whose learning rate it follows
  bool is_weight;  ///< whether it is that layer's weight
  ParameterSettings settings;
};

/// What an optimizer keeps from step to step.
struct OptimizerState {
  std::vector<at::Tensor> parameters;           ///< those that are trained
  std::vector<std::vector<at::Tensor>> states;  ///< of each of them, fp32 in its shape
  std::vector<RunningMean> mean_square;         ///< [units of all parameters]
  int64_t steps = 0;                            ///< made so far

  /// Bytes of the states.
  int64_t memory() const {
    int64_t bytes = 0;
    for (const auto& tensors : states) {
      for (const at::Tensor& tensor : tensors) bytes += static_cast<int64_t>(tensor.nbytes());
    }
    return bytes;
  }
};

/// An update rule with its control, on the parameters of a network, all in the same passes.
class Optimizer {
 public:
  /// `parameters`: among them every layer's weight, once. Those that are not trained are left alone.
  Optimizer(const OptimizerSpec& spec, const rotation::Layers& layers, std::vector<OptimizedParameter> parameters);

  /// One step from the gradients that the parameters hold. `rates`: one learning rate a layer. `records`: one a layer,
  /// or null where the step need not be recorded.
  void step(const double* rates, rotation::StepRecord* records);

  /// The tensors are the optimizer's own.
  OptimizerState export_state() const;
  /// Of what export_state() gave, in other tensors; the parameters are left alone.
  void import_state(const OptimizerState& state);

 private:
  double rate(size_t slot, const double* rates) const;
  /// Whether the rule or the control asks for sums over the gradients before the rule sees them.
  bool needs_gradient_sums() const;
  std::vector<Update> updates(const double* rates, const std::vector<GradientSums>& gradients) const;
  std::vector<rotation::Combination> combinations(const double* rates, const std::vector<GradientSums>& gradients,
                                                  const std::vector<rotation::Projection>& projections);
  rotation::Combination turning(const rotation::Projection& sums, double rate, size_t unit);
  void record(const double* rates, const std::vector<rotation::StepSums>& sums, rotation::StepRecord* records) const;

  OptimizerSpec spec_;
  const rotation::Layers& layers_;
  std::vector<OptimizedParameter> parameters_;  ///< those that are trained; as many as slots
  std::vector<Slot> slots_;
  std::vector<double> initial_norm_;      ///< [units] of controlled slots: the norm that a control gives back
  std::vector<RunningMean> mean_square_;  ///< [units], of kRotational
  bool has_frozen_layers_ = false;
  std::unique_ptr<UpdateBackend> backend_;
  int64_t steps_ = 0;
};

}  // namespace layer_rotation
