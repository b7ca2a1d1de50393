#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../data/images.h"
#include "../model/network.h"
#include "../optimizer/sgd.h"
#include "../rotation/layers.h"
#include "../rotation/step_record.h"
#include "stop_token.h"

namespace layer_rotation {

/// Pixels and labels as they come from the caller: uint8 [n, …input_shape] and int32 [n], on the CPU.
struct SplitData {
  at::Tensor pixels;
  at::Tensor labels;
};

struct TrainerSpec {
  std::string device;
  int threads = 0;  ///< 0: LibTorch's default
  uint64_t seed = 0;
  std::vector<int64_t> input_shape;
  int64_t classes = 0;
  std::vector<LayerSpec> layers;
  ComputeSpec compute;
  SgdSpec optimizer;
  Normalization normalization;
  SplitData train;
  SplitData test;
};

struct EpochRequest {
  std::vector<int32_t> order;
  int64_t batch_size = 0;
  std::vector<double> rates;  ///< [steps][layers]
  bool record_steps = false;
};

struct EpochProgress {
  int64_t step;
  int64_t steps;
  double loss;
  double accuracy;
};

struct EpochResult {
  enum class Status { kFinished, kInterrupted, kDiverged };
  Status status = Status::kFinished;
  int64_t steps = 0;           ///< updates made
  std::vector<double> losses;  ///< [steps], and behind them the loss that stopped a diverged epoch before its update
  double loss = 0;
  double accuracy = 0;
  std::vector<rotation::StepRecord> records;  ///< [steps][layers], empty unless recorded
};

struct Evaluation {
  double loss;
  double accuracy;
};

struct NamedTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

enum class Split { kTrain, kTest };

/// A network, its data, its update rule and its rotation monitor on one device. Every method runs on the engine's
/// thread.
class Trainer {
 public:
  explicit Trainer(const TrainerSpec& spec);

  /// Runs the batches of `request.order`. Stops after the step in which `stop` is requested or the loss is not finite.
  EpochResult train_epoch(const EpochRequest& request, const StopToken& stop,
                          const std::function<void(const EpochProgress&)>& on_progress);
  /// Throws Error INTERRUPTED where `stop` is requested before the end.
  Evaluation evaluate(Split split, int64_t batch_size, const StopToken& stop);
  std::vector<NamedTensor> weights() const;
  void set_weights(const std::vector<NamedTensor>& tensors);
  std::vector<double> measure_rotation() const;

  at::Device device() const { return device_; }
  std::vector<std::string> layer_names() const;
  int64_t parameter_count() const;
  /// Bytes held by weights, their initial values and the data.
  int64_t memory() const;

 private:
  at::Device device_;
  int threads_;
  Network network_;
  Images train_;
  Images test_;
  rotation::Layers layers_;
  Sgd optimizer_;
};

}  // namespace layer_rotation
