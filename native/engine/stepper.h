#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../data/images.h"
#include "../data/normalization.h"
#include "../epoch/epoch_state.h"
#include "../model/network.h"
#include "../optimizer/optimizer.h"
#include "epoch_request.h"
#include "epoch_sums.h"
#include "loss_spec.h"

namespace layer_rotation {

/// What a training step is made of; all of it must outlive the stepper.
struct StepParts {
  at::Device device;
  const ComputeSpec& compute;
  const LossSpec& loss;
  const AugmentationSpec& augmentation;
  const Normalization& normalization;
  const Images& images;
  Network& network;
  Optimizer& optimizer;
  EpochState& epoch;
};

/// Makes the training steps of an epoch: gathers a batch, runs the network forward and backward, updates the weights,
/// and sums up losses and hits.
class Stepper {
 public:
  virtual ~Stepper() = default;

  /// The request must live as long as the epoch.
  virtual void begin_epoch(const EpochRequest& request) = 0;
  /// The next step, of `images` images. It is not counted as made where its loss is not finite, nor where it makes a
  /// parameter or a running statistic so; then, or as soon as that is known, false: no further step may follow. The
  /// parameters are as before it in the first case.
  virtual bool step(int64_t images, bool record) = 0;
  /// Over the examples of the epoch so far, those of the request's sums among them; waits for the device.
  virtual EpochSums::Means means() = 0;
  virtual EpochSums::State sums() = 0;
  /// The same as far as it is known without waiting, and after how many steps.
  struct Progress {
    int64_t steps;
    EpochSums::Means means;
  };
  virtual std::optional<Progress> progress() = 0;
  /// Of the first `steps` steps; waits for the device.
  virtual std::vector<double> losses(int64_t steps) = 0;
  /// What the user should know of how the steps ran; each is told once.
  virtual std::vector<std::string> take_warnings() { return {}; }
};

/// Steps whose operations are launched one by one: on the CPU, and wherever ATen operations do the work.
std::unique_ptr<Stepper> make_host_stepper(const StepParts& parts);

/// Steps of which nothing waits for the device: with block kernels, and on CUDA devices captured as CUDA graphs unless
/// `capture` is false or the stream is shared. Of a stream's graphs, those that go first would take from the others
/// cuBLAS's workspaces, which LibTorch keeps by stream.
std::unique_ptr<Stepper> make_block_stepper(const StepParts& parts, bool capture, bool shared_stream);

}  // namespace layer_rotation
