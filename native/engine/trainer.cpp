#include "trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "../error.h"
#include "../processes/process_lost.h"
#include "../rotation/monitor.h"
#include "../runtime/device.h"
#include "../runtime/threads.h"
#include "loss.h"
#include "network_state.h"
#include "optimized_parameters.h"
#include "progress_interval.h"
#include "training_input.h"

namespace layer_rotation {
namespace {

/// Separates the random numbers of the dropout masks from those of the initial weights.
constexpr uint64_t kDropoutStream = 0x6d2b79f5;

/// The compute settings for `device`. Throws Error DEVICE_UNAVAILABLE if the device lacks the precision.
ComputeSpec checked(const TrainerSpec& spec, at::Device device) {
  if (spec.compute.tf32 && !device.is_cuda()) {
    throw Error("DEVICE_UNAVAILABLE", "precision: tf32 needs a CUDA device; use fp32 or bf16 on the CPU");
  }
  ComputeSpec compute = spec.compute;
  BackendChoice choice = spec.backend;
  if (spec.processes && choice.block_kernels) {
    throw Error("INVALID_CONFIG", "blockKernels: several processes train without them");
  }
  // Block kernels decide on the device, between the gradients and the update; the processes exchange sums there.
  if (spec.processes && device.is_cuda()) choice.prefer_aten = true;
  compute.backend = backend_for(device, choice);
  // A shadow's gradient is bf16, in which the gradients of several parts would add up to fewer bits.
  if (spec.micro_batch != kWholeBatch) compute.shadow_weights = false;
  return compute;
}

std::unique_ptr<SharedStep> shared_step(const TrainerSpec& spec, Network& network, at::Device device) {
  return spec.processes ? std::make_unique<SharedStep>(spec.processes, network, device) : nullptr;
}

std::vector<at::Tensor> tensors_of(const std::vector<NamedState>& state) {
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : state) tensors.push_back(tensor);
  return tensors;
}

/// The layers at the start of the training. Overwrites the network's weights with `initial` unless that is empty, and
/// then with those of rank 0.
rotation::Layers monitored(Network& network, const std::vector<NamedTensor>& initial, Backend backend,
                           SharedStep* shared) {
  if (!initial.empty()) import_initial_state(network, initial);
  if (shared != nullptr) shared->broadcast(tensors_of(network.state()));
  std::vector<at::Tensor> weights;
  for (const MonitoredLayer& layer : network.layers()) weights.push_back(layer.weight);
  return rotation::Layers(std::move(weights), backend);
}

/// Adds the values of a tensor on any device.
template <class Value>
void append(const at::Tensor& tensor, std::vector<Value>& values) {
  const at::Tensor copy = tensor.cpu().contiguous();
  const auto* from = copy.const_data_ptr<Value>();
  values.insert(values.end(), from, from + copy.numel());
}

}  // namespace

std::unique_ptr<Trainer> Trainer::create(const TrainerSpec& spec) {
  use_threads(spec.threads);
  const DeviceStream stream(resolve_device(spec.device));
  const DeviceStream::Use use = stream.use(spec.compute);
  return std::unique_ptr<Trainer>(new Trainer(spec, stream));
}

Trainer::Trainer(const TrainerSpec& spec, const DeviceStream& stream)
    : stream_(stream),
      device_(stream.device()),
      threads_(spec.threads),
      compute_(checked(spec, device_)),
      loss_(spec.loss),
      micro_batch_(spec.micro_batch),
      augmentation_(spec.augmentation),
      normalization_(spec.normalization, device_, compute_.backend),
      epoch_(compute_.backend == Backend::kBlock ? device_ : at::Device(at::kCPU)),
      network_(spec.layers, spec.examples, normalization_, compute_, device_,
               at::make_generator<at::CPUGeneratorImpl>(spec.seed), {spec.seed ^ kDropoutStream, &epoch_}),
      shared_(shared_step(spec, network_, device_)),
      data_(spec.train, spec.validation, spec.test, device_, compute_.backend),
      average_(network_),
      layers_(monitored(network_, spec.weights, compute_.backend, shared_.get())),
      recorder_(layers_),
      optimizer_(make_optimizer(spec.optimizer, layers_, optimized_parameters(network_, spec.parameters), epoch_)),
      stepper_(compute_.backend == Backend::kBlock ? make_block_stepper(parts(), spec.cuda_graph, stream_.is_shared())
                                                   : make_host_stepper(parts())) {}

StepParts Trainer::parts() {
  return {device_,       compute_, loss_,       micro_batch_, augmentation_, normalization_,
          data_.train(), network_, *optimizer_, epoch_,       shared_.get()};
}

DeviceStream::Use Trainer::use() const {
  use_threads(threads_);
  return stream_.use(compute_);
}

EpochResult Trainer::train_epoch(const EpochRequest& request, const StopToken& stop, const OnProgress& on_progress) {
  const DeviceStream::Use use = this->use();
  network_.train();
  network_.zero_grad();  // a step or probe that failed may have left gradients
  EpochResult result = run_epoch({*stepper_, *optimizer_, epoch_, recorder_, average_, shared_.get()}, total_steps_,
                                 request, stop, on_progress);
  total_steps_ += result.steps;
  if (shared_ && result.lost.empty()) {
    try {
      shared_->check_same_network();
    } catch (const Error& error) {
      if (error.code() != kProcessLost) throw;
      result.lost = error.what();
    }
  }
  return result;
}

std::optional<EpochSums::Means> Trainer::evaluate(const EvaluationRequest& request, const StopToken& stop,
                                                  const OnEvaluationProgress& on_progress) {
  return evaluate_batches(request, stop, on_progress, shared_.get(), [](const at::Tensor&, const BatchLoss&) {});
}

std::optional<Predictions> Trainer::predict(const EvaluationRequest& request, const StopToken& stop,
                                            const OnEvaluationProgress& on_progress) {
  if (data_.train().are_tokens()) throw Error("INVALID_CONFIG", "data: predictions are of images; found tokens");
  Predictions result;
  const auto append_batch = [&](const at::Tensor& logits, const BatchLoss& loss) {
    append(logits, result.logits);
    append(loss.losses, result.losses);
  };
  const auto means = evaluate_batches(request, stop, on_progress, /*shared=*/nullptr, append_batch);
  if (!means) return std::nullopt;
  result.means = *means;
  return result;
}

template <class OnBatch>
std::optional<EpochSums::Means> Trainer::evaluate_batches(const EvaluationRequest& request, const StopToken& stop,
                                                          const OnEvaluationProgress& on_progress, SharedStep* shared,
                                                          OnBatch on_batch) {
  const DeviceStream::Use use = this->use();
  c10::InferenceMode inference;
  network_.eval();
  const ExampleSequence examples = data_.evaluation(request.split, request.chosen);
  EpochSums sums(device_);
  ProgressInterval interval;
  const SharedStep::Part own = shared != nullptr ? shared->part(examples.size()) : SharedStep::Part{0, examples.size()};
  for (int64_t begin = own.begin; begin < own.end; begin += request.batch_size) {
    if (shared == nullptr && stop.requested()) return std::nullopt;
    if (on_progress && interval.passed()) {
      on_progress({(begin - own.begin) * examples.size() / own.size(), examples.size()});
    }
    const Batch batch = examples.batch(begin, std::min(begin + request.batch_size, own.end));
    const at::Tensor logits = network_.forward(batch.inputs);
    const BatchLoss loss = batch_loss(loss_, logits, batch.labels, /*with_gradient=*/false, compute_.backend);
    sums.add(loss, batch.labels.numel());
    on_batch(logits, loss);
  }
  if (shared != nullptr) sums.add_up(*shared);
  return sums.means();
}

NotFinite Trainer::not_finite(const BatchPlan& batch) {
  const DeviceStream::Use use = this->use();
  c10::NoGradGuard no_grad;
  NotFinite found{layer_rotation::not_finite(network_.state()), {}};
  if (found.tensors.empty()) {
    network_.train();
    const TrainingInput input(parts(), batch);
    for_each_micro_batch(input.size(), micro_batch_, [&](int64_t begin, int64_t end) {
      if (!found.output.empty()) return;
      epoch_.begin_part(begin);
      found.output = network_.not_finite_output(input.part(begin, end, 0).input);
    });
    epoch_.begin_part(0);
  }
  return found;
}

std::vector<NamedTensor> Trainer::weights() const {
  const DeviceStream::Use use = this->use();
  return export_state(network_);
}

void Trainer::set_weights(const std::vector<NamedTensor>& tensors) {
  const DeviceStream::Use use = this->use();
  import_state(network_, tensors);
}

TrainingState Trainer::training_state() const {
  const DeviceStream::Use use = this->use();
  return export_training_state(network_, *optimizer_, average_, total_steps_);
}

void Trainer::set_training_state(const TrainingState& state) {
  const DeviceStream::Use use = this->use();
  import_training_state(network_, *optimizer_, average_, state);
  total_steps_ = state.steps;
}

void Trainer::share_state() {
  const DeviceStream::Use use = this->use();
  if (!shared_) throw Error("INVALID_CONFIG", "shareState: this trainer has no other processes");
  OptimizerState own = optimizer_->export_state();
  std::vector<double> numbers{static_cast<double>(total_steps_), average_.is_empty() ? 0.0 : 1.0};
  for (const RunningMean& mean : own.running_means) numbers.insert(numbers.end(), {mean.value, mean.unseen});
  const at::Tensor on_device = at::tensor(numbers, at::dtype(at::kDouble)).to(device_);
  shared_->broadcast({on_device});
  const at::Tensor of_first = on_device.cpu();
  const auto* number = of_first.const_data_ptr<double>();
  total_steps_ = static_cast<int64_t>(*number++);
  const bool has_average = *number++ != 0;
  for (RunningMean& mean : own.running_means) {
    mean.value = *number++;
    mean.unseen = *number++;
  }
  shared_->broadcast(tensors_of(network_.state()));
  network_.refresh_shadows();
  for (const std::vector<at::Tensor>& states : own.states) shared_->broadcast(states);
  optimizer_->import_state(own);
  if (has_average != !average_.is_empty())
    average_.set(has_average ? tensors_of(network_.state()) : std::vector<at::Tensor>());
  shared_->broadcast(average_.values());
}

void Trainer::swap_average() {
  const DeviceStream::Use use = this->use();
  average_.swap();
}

std::vector<double> Trainer::measure_rotation() const {
  const DeviceStream::Use use = this->use();
  return rotation::measure_rotation(layers_, layers_.initial());
}

void Trainer::set_reference(const std::string& name, const std::vector<NamedTensor>& tensors) {
  const DeviceStream::Use use = this->use();
  std::vector<at::Tensor> weights = layers_.weights();
  if (!tensors.empty()) {
    for (at::Tensor& weight : weights) weight = weight_among(tensors, network_, weight);
  }
  recorder_.set_reference(name, weights);
}

std::vector<NamedTensor> Trainer::reference(const std::string& name) const {
  const DeviceStream::Use use = this->use();
  const rotation::Reference& reference = recorder_.reference(name, "name");
  std::vector<NamedTensor> tensors;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    tensors.push_back(on_host(name_of(network_, layers_.weight(layer)), reference.weight(layer)));
  }
  return tensors;
}

std::vector<std::string> Trainer::layer_names() const {
  std::vector<std::string> names;
  for (const MonitoredLayer& layer : network_.layers()) names.push_back(layer.name);
  return names;
}

int64_t Trainer::parameter_count() const {
  int64_t count = 0;
  for (const at::Tensor& parameter : network_.parameters()) count += parameter.numel();
  return count;
}

int64_t Trainer::memory() const {
  const DeviceStream::Use use = this->use();
  int64_t bytes = recorder_.memory() + optimizer_->export_state().memory() + average_.memory() + data_.memory();
  for (const auto& [name, tensor] : network_.state()) {
    const at::Tensor shadow = network_.shadow(tensor);
    bytes += static_cast<int64_t>(tensor.nbytes() + (shadow.defined() ? shadow.nbytes() : 0));
  }
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    bytes += static_cast<int64_t>(layers_.initial().weight(layer).nbytes());
  }
  return bytes;
}

}  // namespace layer_rotation
