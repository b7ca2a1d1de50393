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

/// An update rule with its control, on the parameters of a network, all in the same passes.
class Optimizer {
 public:
  /// `parameters`: among them every layer's weight, once. Those that are not trained are left alone.
  Optimizer(const OptimizerSpec& spec, const rotation::Layers& layers, std::vector<OptimizedParameter> parameters);

  /// One step from the gradients that the parameters hold. `rates`: one learning rate a layer. `records`: one a layer,
  /// or null where the step need not be recorded.
  void step(const double* rates, rotation::StepRecord* records);

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
