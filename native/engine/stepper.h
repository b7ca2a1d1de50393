#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../data/augmentation.h"
#include "../data/examples.h"
#include "../data/normalization.h"
#include "../epoch/epoch_state.h"
#include "../model/network.h"
#include "../optimizer/optimizer.h"
#include "epoch_request.h"
#include "epoch_sums.h"
#include "loss_spec.h"
#include "shared_step.h"

namespace layer_rotation {

/// The parts of a trainer that make a training step; they must outlive the stepper.
struct StepParts {
  at::Device device;
  const ComputeSpec& compute;
  const LossSpec& loss;
  int64_t micro_batch;  ///< the most examples that go through the network at once
  const AugmentationSpec& augmentation;
  const Normalization& normalization;
  const Examples& examples;
  Network& network;
  Optimizer& optimizer;
  EpochState& epoch;
  SharedStep* shared = nullptr;  ///< the other processes that make the step; null if there are none
};

/// Makes the training steps of an epoch: gathers a batch, runs the network forward and backward, updates the weights,
/// and sums up losses and hits. A batch larger than a micro-batch goes through the network in parts, whose gradients
/// add up.
class Stepper {
 public:
  virtual ~Stepper() = default;

  /// Begins an epoch. The request must live as long as the epoch.
  virtual void begin_epoch(const EpochRequest& request) = 0;
  /// Makes the next step, of `examples` examples. A step diverges if its loss is not finite, which leaves the
  /// parameters as they were, or if it makes a parameter or a running statistic NaN or infinite; it then does not count
  /// as made. Returns false once a step is known to have diverged: no further step may follow.
  virtual bool step(int64_t examples, bool record) = 0;
  /// Means over the examples of the epoch so far, those of the request's sums included. Waits for the device.
  virtual EpochSums::Means means() = 0;
  /// The sums behind means(). Waits for the device.
  virtual EpochSums::State sums() = 0;
  /// Values that are known without waiting, after the first `steps` steps.
  struct Progress {
    int64_t steps;
    EpochSums::Means means;
    std::vector<double> losses;  ///< of the steps that no earlier progress of the epoch had
  };
  virtual std::optional<Progress> progress() = 0;
  /// The losses of the first `steps` steps. Waits for the device.
  virtual std::vector<double> losses(int64_t steps) = 0;
  /// Warnings for the user about how the steps ran; each is returned once.
  virtual std::vector<std::string> take_warnings() { return {}; }
};

/// Makes steps whose operations are launched one by one: on the CPU, and wherever ATen operations do the work.
std::unique_ptr<Stepper> make_host_stepper(const StepParts& parts);

/// Makes steps by block kernels, in which nothing waits for the device. On CUDA devices they are captured as CUDA
/// graphs, unless `capture` is false or the stream is shared: the first of a stream's graphs to be destroyed would free
/// cuBLAS's workspaces, which LibTorch keeps by stream, under the other trainer's graphs.
std::unique_ptr<Stepper> make_block_stepper(const StepParts& parts, bool capture, bool shared_stream);

}  // namespace layer_rotation
