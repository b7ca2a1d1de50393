#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../data/normalization.h"
#include "../model/network.h"
#include "../optimizer/optimizer.h"
#include "../rotation/layers.h"
#include "../runtime/device_stream.h"
#include "data_splits.h"
#include "epoch_request.h"
#include "epoch_sums.h"
#include "evaluation_request.h"
#include "layer_recorder.h"
#include "not_finite.h"
#include "predictions.h"
#include "shared_step.h"
#include "stepper.h"
#include "stop_token.h"
#include "trainer_spec.h"
#include "training_loop.h"
#include "training_state.h"
#include "weight_average.h"

namespace layer_rotation {

/// A network, its data, its update rule and the records of its layers on one device. Every method runs on the engine's
/// thread.
class Trainer {
 public:
  static std::unique_ptr<Trainer> create(const TrainerSpec& spec);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Runs the batches of `request`: run_epoch() of training_loop.h.
  EpochResult train_epoch(const EpochRequest& request, const StopToken& stop, const OnProgress& on_progress);
  /// Returns nothing if `stop` is requested before the end; several processes each evaluate a part, all of them to the
  /// end of it. Calls `on_progress`, unless it is empty, at most every 100
  /// ms. Throws Error INVALID_CONFIG if the split has no examples.
  std::optional<EpochSums::Means> evaluate(const EvaluationRequest& request, const StopToken& stop,
                                           const OnEvaluationProgress& on_progress);
  /// Evaluates images as evaluate() does, to the same bits, and keeps the outputs of each. Throws what evaluate()
  /// throws, and Error INVALID_CONFIG if the data are tokens.
  std::optional<Predictions> predict(const EvaluationRequest& request, const StopToken& stop,
                                     const OnEvaluationProgress& on_progress);
  /// The tensors of the network that hold a NaN or an infinity. If there are none, the first layer whose output for
  /// `batch` does, in training mode, which updates running statistics.
  NotFinite not_finite(const BatchPlan& batch);

  std::vector<NamedTensor> weights() const;
  void set_weights(const std::vector<NamedTensor>& tensors);
  TrainingState training_state() const;
  void set_training_state(const TrainingState& state);
  /// Makes the network and the training state of every process those of rank 0. Throws Error INVALID_CONFIG if the
  /// trainer has no other processes.
  void share_state();
  /// Exchanges the network's parameters and buffers and their average: evaluations and weights() are then those of the
  /// average, until the next call. Throws Error INVALID_CONFIG if no step was averaged yet.
  void swap_average();
  std::vector<double> measure_rotation() const;
  /// Keeps the layers' weights under a name that records can ask for: the current ones, or, unless it is empty, those
  /// of `tensors`. Throws Error INVALID_CONFIG if one is missing or has another shape.
  void set_reference(const std::string& name, const std::vector<NamedTensor>& tensors);
  /// The layers' weights that are kept under a name.
  std::vector<NamedTensor> reference(const std::string& name) const;

  at::Device device() const { return device_; }
  /// Returns whether the device can do the work of several trainers at once, so that a thread for this one alone pays
  /// off.
  bool runs_beside_others() const { return compute_.backend == Backend::kBlock; }
  std::vector<std::string> layer_names() const;
  int64_t parameter_count() const;
  /// Bytes held by weights, their initial values and references, the optimizer's state, and the data.
  int64_t memory() const;

  /// Calls `work(parts)` under the conditions of every method here: on the trainer's stream and with its threads. For
  /// measurements from outside, such as those of native/testing.
  template <class Work>
  auto with_parts(Work work) {
    const DeviceStream::Use use = this->use();
    return work(parts());
  }

 private:
  Trainer(const TrainerSpec& spec, const DeviceStream& stream);
  StepParts parts();
  /// evaluate(), which calls `on_batch(logits, batch loss)` after each batch.
  template <class OnBatch>
  std::optional<EpochSums::Means> evaluate_batches(const EvaluationRequest& request, const StopToken& stop,
                                                   const OnEvaluationProgress& on_progress, SharedStep* shared,
                                                   OnBatch on_batch);
  /// Every method works while it holds one of these.
  DeviceStream::Use use() const;

  DeviceStream stream_;
  at::Device device_;
  int threads_;
  ComputeSpec compute_;
  LossSpec loss_;
  int64_t micro_batch_;
  AugmentationSpec augmentation_;
  Normalization normalization_;
  EpochState epoch_;
  int64_t total_steps_ = 0;
  Network network_;
  std::unique_ptr<SharedStep> shared_;  ///< null for one process
  DataSplits data_;
  WeightAverage average_;
  rotation::Layers layers_;
  LayerRecorder recorder_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Stepper> stepper_;
};

}  // namespace layer_rotation
