#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "../epoch/epoch_state.h"
#include "../rotation/layers.h"
#include "../rotation/step_record.h"
#include "optimizer_spec.h"

namespace layer_rotation {

/// A parameter of a network, with all that an optimizer needs to know of it.
struct OptimizedParameter {
  at::Tensor tensor;
  size_t layer;    ///< the monitored layer whose learning rate it follows
  bool is_weight;  ///< whether it is that layer's weight
  ParameterSettings settings;
  /// A shadow is a bf16 copy of a weight, in its layout: the network computes with it, so that it receives the
  /// gradient, and each step updates both. Undefined if there is none.
  at::Tensor shadow = {};
};

/// All that an optimizer keeps from step to step.
struct OptimizerState {
  std::vector<at::Tensor> parameters;           ///< the trained ones
  std::vector<std::vector<at::Tensor>> states;  ///< of each parameter, fp32
  std::vector<RunningMean> running_means;       ///< [units of all parameters][means of a unit], for controls

  /// Size of the states in bytes.
  int64_t memory() const {
    int64_t bytes = 0;
    for (const auto& tensors : states) {
      for (const at::Tensor& tensor : tensors) bytes += static_cast<int64_t>(tensor.nbytes());
    }
    return bytes;
  }
};

/// An update rule and its control, on all parameters of a network.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Sets the learning rates of the next steps, [steps][layers]. `steps_before` steps were made since the training
  /// began, and at most `records` of the next ones are recorded.
  virtual void begin_epoch(int64_t steps_before, const std::vector<double>& rates, int64_t records) = 0;
  /// Takes the next step of the epoch, from the gradients that the parameters hold. Returns false where a parameter is
  /// known to have become NaN or infinite. Block kernels write that into the epoch's tables instead.
  virtual bool step(bool record) = 0;
  /// The records since begin_epoch(), [records][layers], which were taken in the epoch's steps `steps`. Waits for the
  /// device.
  virtual std::vector<rotation::StepRecord> records(const std::vector<int32_t>& steps) = 0;

  /// Returns the optimizer's own tensors, not copies.
  virtual OptimizerState export_state() const = 0;
  /// Copies the states from what export_state() gave, here or in another training. The parameters stay as they are.
  virtual void import_state(const OptimizerState& state) = 0;
};

/// `parameters`: among them every layer's weight, once. Those that are not trained stay as they are. Block kernels look
/// up the rates in `epoch`, where begin_epoch() puts them, and write their records there; the caller advances it after
/// each step. The layers and `epoch` must outlive the optimizer.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec, const rotation::Layers& layers,
                                          const std::vector<OptimizedParameter>& parameters, EpochState& epoch);

}  // namespace layer_rotation
