#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "../epoch/epoch_state.h"
#include "../rotation/layers.h"
#include "../rotation/step_record.h"
#include "controls/combine.h"
#include "optimizer_spec.h"

namespace layer_rotation {

/// A parameter of a network as an optimizer takes it.
struct OptimizedParameter {
  at::Tensor tensor;
  size_t layer;    ///< the monitored layer that it belongs to, whose learning rate it follows
  bool is_weight;  ///< whether it is that layer's weight
  ParameterSettings settings;
  at::Tensor shadow = {};  ///< bf16, in its layout, where there is one: receives the gradient, and follows each step
};

/// What an optimizer keeps from step to step.
struct OptimizerState {
  std::vector<at::Tensor> parameters;           ///< those that are trained
  std::vector<std::vector<at::Tensor>> states;  ///< of each of them, fp32 in its shape
  std::vector<RunningMean> mean_square;         ///< [units of all parameters]

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
  virtual ~Optimizer() = default;

  /// What the next steps take, after the `steps_before` steps since the training began: `rates` [steps][layers], and at
  /// most `records` of them are recorded.
  virtual void begin_epoch(int64_t steps_before, const std::vector<double>& rates, int64_t records) = 0;
  /// The next step of the epoch, from the gradients that the parameters hold. False where a parameter is known to have
  /// become NaN or infinite; block kernels tell the epoch's tables instead.
  virtual bool step(bool record) = 0;
  /// [records][layers]: what was recorded since begin_epoch(), in the epoch's steps `steps`. Waits for the device.
  virtual std::vector<rotation::StepRecord> records(const std::vector<int32_t>& steps) = 0;

  /// The tensors are the optimizer's own.
  virtual OptimizerState export_state() const = 0;
  /// Of what export_state() gave, in other tensors; the parameters are left alone.
  virtual void import_state(const OptimizerState& state) = 0;
};

/// `parameters`: among them every layer's weight, once. Those that are not trained are left alone. With block kernels
/// `epoch` is what their steps look up; its rates and records are set by begin_epoch(), and who makes a step moves it
/// on. The layers and `epoch` must outlive the optimizer.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec, const rotation::Layers& layers,
                                          const std::vector<OptimizedParameter>& parameters, kernel::EpochState& epoch);

}  // namespace layer_rotation
