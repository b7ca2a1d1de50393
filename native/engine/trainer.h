#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../data/augmentation.h"
#include "../data/image_sequence.h"
#include "../data/images.h"
#include "../data/normalization.h"
#include "../model/compute.h"
#include "../model/network.h"
#include "../optimizer/optimizer.h"
#include "../rotation/layers.h"
#include "../rotation/neurons.h"
#include "../rotation/reference.h"
#include "../rotation/step_record.h"
#include "../runtime/device_stream.h"
#include "epoch_request.h"
#include "epoch_sums.h"
#include "layer_records.h"
#include "loss.h"
#include "network_state.h"
#include "not_finite.h"
#include "stepper.h"
#include "stop_token.h"
#include "training_state.h"

namespace layer_rotation {

/// Pixels and labels as they come from the caller: uint8 [n, …input_shape] and int32 [n], each in 0 … classes-1, on the
/// CPU; n is at least 1.
struct SplitData {
  at::Tensor pixels;
  at::Tensor labels;
};

struct TrainerSpec {
  std::string device;
  int threads = 0;  ///< 0: LibTorch's default
  BackendChoice backend;
  bool cuda_graph = true;  ///< whether steps on CUDA devices are captured
  uint64_t seed = 0;
  std::vector<int64_t> input_shape;
  int64_t classes = 0;
  std::vector<LayerSpec> layers;
  std::vector<NamedTensor> weights;  ///< in place of those drawn from the seed; none: those
  ComputeSpec compute;
  LossSpec loss;
  OptimizerSpec optimizer;
  std::vector<NamedParameterSettings> parameters;  ///< one for each of the network's parameters
  AugmentationSpec augmentation;
  NormalizationSpec normalization;
  SplitData train;
  std::vector<int32_t> validation;  ///< indices into train
  SplitData test;
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
  int64_t steps = 0;           ///< made, without the one that diverged
  std::vector<double> losses;  ///< [steps], and behind them that of the step that diverged
  double loss = 0;
  double accuracy = 0;
  EpochSums::State sums;  ///< those of the request included, as in `loss` and `accuracy`
  LayerRecords records;
  std::vector<std::string> warnings;
};

struct ProbeResult {
  std::vector<float> logits;  ///< [batch][classes]
  double loss;
  std::vector<NamedTensor> gradients;
};

/// kTrain is without the images that validate.
enum class Split { kTrain, kValidation, kTest };

enum class Mode { kTrain, kEvaluate };

/// A network, its data, its update rule and its rotation monitor on one device. Every method runs on the engine's
/// thread.
class Trainer {
 public:
  static std::unique_ptr<Trainer> create(const TrainerSpec& spec);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Runs the batches of `request`. Stops after the step in which `stop` is requested, or in which the loss, a
  /// parameter or a running statistic becomes NaN or infinite.
  EpochResult train_epoch(const EpochRequest& request, const StopToken& stop,
                          const std::function<void(const EpochProgress&)>& on_progress);
  /// Throws Error INTERRUPTED where `stop` is requested before the end, INVALID_CONFIG where the split has no images.
  EpochSums::Means evaluate(Split split, int64_t batch_size, const StopToken& stop);
  /// One batch of training images as they are, without an update. Training mode takes gradients and moves running
  /// statistics; a parameter that is not trained has no gradient.
  ProbeResult probe(const std::vector<int32_t>& indices, Mode mode);
  /// What of the network holds a NaN or an infinity; where its state is finite, the first layer whose output for
  /// `batch` is not in training mode, in which running statistics then move.
  NotFinite not_finite(const BatchPlan& batch);
  /// Nanoseconds that each batch takes until a network could begin with it: gathered, augmented, normalised.
  std::vector<double> time_input(const BatchPlan& batches) const;

  std::vector<NamedTensor> weights() const;
  void set_weights(const std::vector<NamedTensor>& tensors);
  TrainingState training_state() const;
  void set_training_state(const TrainingState& state);
  std::vector<double> measure_rotation() const;
  /// Keeps the layers' weights under a name that records can ask for; `tensors`, where there are any, in place of the
  /// current ones. Throws Error INVALID_CONFIG where one is missing or has another shape.
  void set_reference(const std::string& name, const std::vector<NamedTensor>& tensors);
  /// The layers' weights that are kept under a name.
  std::vector<NamedTensor> reference(const std::string& name) const;

  at::Device device() const { return device_; }
  /// Whether it works on a device that others can work on at the same time, so that a thread of its own is worth while.
  bool runs_beside_others() const { return compute_.backend == Backend::kBlock; }
  std::vector<std::string> layer_names() const;
  int64_t parameter_count() const;
  /// Bytes held by weights, their initial values and references, what the optimizer remembers, and the data.
  int64_t memory() const;

 private:
  ImageSequence training_sequence(const BatchPlan& batches) const;
  ImageSequence sequence(Split split) const;
  /// `path`: of the names among the arguments, for the error where one is unknown.
  std::vector<const rotation::Reference*> references(const std::vector<std::string>& names, const char* path) const;
  /// Makes a step and measures what `request` asks for. False where the stepper says so.
  bool recorded_step(int64_t images, const RecordRequest& request, LayerRecords& records);
  Trainer(const TrainerSpec& spec, const DeviceStream& stream);
  /// Whatever a method does stands between the beginning and the end of one of these.
  DeviceStream::Use use() const;

  DeviceStream stream_;
  at::Device device_;
  int threads_;
  ComputeSpec compute_;
  LossSpec loss_;
  AugmentationSpec augmentation_;
  Normalization normalization_;
  EpochState epoch_;
  int64_t total_steps_ = 0;
  Network network_;
  Images train_;
  std::vector<int32_t> validation_;
  std::vector<int32_t> remaining_;  ///< those that do not validate, ascending; empty where none validates
  Images test_;
  rotation::Layers layers_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Stepper> stepper_;
  std::map<std::string, rotation::Reference> references_;
};

}  // namespace layer_rotation
