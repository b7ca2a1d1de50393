#include "trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>

#include "../error.h"
#include "../rotation/monitor.h"
#include "../runtime/device.h"
#include "../runtime/threads.h"

namespace layer_rotation {
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(100);
/// Separates the stream of the dropout masks from that of the initial weights.
constexpr uint64_t kDropoutStream = 0x6d2b79f5;

/// The layers as they begin: with `initial`, where that holds any, in place of the weights that were drawn.
rotation::Layers monitored(Network& network, const std::vector<NamedTensor>& initial, Backend backend) {
  if (!initial.empty()) import_initial_state(network, initial);
  std::vector<at::Tensor> weights;
  for (const MonitoredLayer& layer : network.layers()) weights.push_back(layer.weight);
  return rotation::Layers(std::move(weights), backend);
}

/// The network's parameters as the optimizer takes them; those that are not trained need no gradient.
std::vector<OptimizedParameter> optimized(const Network& network, const std::vector<NamedParameterSettings>& given) {
  std::unordered_map<std::string, ParameterSettings> settings;
  for (const NamedParameterSettings& parameter : given) settings.emplace(parameter.name, parameter.settings);
  const auto unknown = [](const std::string& name, const char* what) {
    throw Error("INVALID_CONFIG", "parameters: " + name + what);
  };

  std::unordered_map<at::TensorImpl*, std::pair<size_t, bool>> places;
  for (size_t i = 0; i < network.layers().size(); ++i) {
    places[network.layers()[i].weight.unsafeGetTensorImpl()] = {i, true};
  }
  for (const OtherParameter& other : network.other_parameters()) {
    places[other.parameter.unsafeGetTensorImpl()] = {other.layer, false};
  }
  std::vector<OptimizedParameter> parameters;
  for (const auto& [name, tensor] : network.state()) {
    const auto place = places.find(tensor.unsafeGetTensorImpl());
    if (place == places.end()) continue;  // a buffer
    const auto found = settings.find(name);
    if (found == settings.end()) unknown(name, " has no settings; expected some for every parameter of the model");
    tensor.requires_grad_(found->second.trained);
    const at::Tensor shadow = network.shadow(tensor);
    if (shadow.defined()) shadow.requires_grad_(found->second.trained);
    parameters.push_back({tensor, place->second.first, place->second.second, found->second, shadow});
    settings.erase(found);
  }
  if (!settings.empty()) unknown(settings.begin()->first, " is no parameter of the model");
  return parameters;
}

/// How a network computes on `device`. Throws Error DEVICE_UNAVAILABLE where it cannot.
ComputeSpec checked(const ComputeSpec& given, const BackendChoice& choice, at::Device device) {
  if (given.tf32 && !device.is_cuda()) {
    throw Error("DEVICE_UNAVAILABLE", "precision: tf32 needs a CUDA device; use fp32 or bf16 on the CPU");
  }
  ComputeSpec compute = given;
  compute.backend = backend_for(device, choice);
  return compute;
}

/// The indices 0 … size-1 that are not in `taken`, ascending; none where `taken` is empty.
std::vector<int32_t> complement(const std::vector<int32_t>& taken, int64_t size) {
  if (taken.empty()) return {};
  std::vector<bool> is_taken(size);
  for (const int32_t index : taken) is_taken[index] = true;
  std::vector<int32_t> rest;
  for (int64_t i = 0; i < size; ++i) {
    if (!is_taken[i]) rest.push_back(static_cast<int32_t>(i));
  }
  return rest;
}

/// Drops the records of the steps from `step` on.
void forget_from(int64_t step, LayerRecords& records) {
  const size_t taken = records.steps.size();
  const auto end = std::lower_bound(records.steps.begin(), records.steps.end(), step);
  records.steps.erase(end, records.steps.end());
  const auto shorten = [&](auto& values) {
    if (taken > 0) values.resize(values.size() / taken * records.steps.size());
  };
  for (std::vector<double>& rotation : records.references) shorten(rotation);
  shorten(records.neuron_rotation);
  shorten(records.neuron_angle);
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
      compute_(checked(spec.compute, spec.backend, device_)),
      loss_(spec.loss),
      augmentation_(spec.augmentation),
      normalization_(spec.normalization, device_, compute_.backend),
      epoch_(compute_.backend == Backend::kBlock ? device_ : at::Device(at::kCPU)),
      network_(spec.layers, spec.input_shape, spec.classes, normalization_, compute_, device_,
               at::make_generator<at::CPUGeneratorImpl>(spec.seed), {spec.seed ^ kDropoutStream, &epoch_}),
      train_(spec.train.pixels, spec.train.labels, device_),
      validation_(spec.validation),
      remaining_(complement(spec.validation, train_.size())),
      test_(spec.test.pixels, spec.test.labels, device_),
      layers_(monitored(network_, spec.weights, compute_.backend)),
      optimizer_(make_optimizer(spec.optimizer, layers_, optimized(network_, spec.parameters), epoch_)) {
  const StepParts parts{device_, compute_, loss_, augmentation_, normalization_, train_, network_, *optimizer_, epoch_};
  stepper_ = compute_.backend == Backend::kBlock ? make_block_stepper(parts, spec.cuda_graph, stream_.is_shared())
                                                 : make_host_stepper(parts);
}

DeviceStream::Use Trainer::use() const {
  use_threads(threads_);
  return stream_.use(compute_);
}

ImageSequence Trainer::training_sequence(const BatchPlan& batches) const {
  return ImageSequence(train_, batches.order, Augmentation(augmentation_, batches.augmentation_key), compute_.backend);
}

ImageSequence Trainer::sequence(Split split) const {
  if (split == Split::kTest) return ImageSequence(test_);
  if (split == Split::kValidation) {
    if (validation_.empty()) throw Error("INVALID_CONFIG", "split: there are no validation images to evaluate");
    return ImageSequence(train_, validation_, Augmentation(), compute_.backend);
  }
  return validation_.empty() ? ImageSequence(train_)
                             : ImageSequence(train_, remaining_, Augmentation(), compute_.backend);
}

EpochResult Trainer::train_epoch(const EpochRequest& request, const StopToken& stop,
                                 const std::function<void(const EpochProgress&)>& on_progress) {
  const DeviceStream::Use use = this->use();
  network_.train();
  network_.zero_grad();  // whatever a step or probe left that failed
  const std::vector<int32_t>& batch_sizes = request.batches.batch_sizes;
  const auto steps = static_cast<int64_t>(batch_sizes.size());
  const RecordRequest& record = request.record;
  references(record.references, "record.references");  // throws now where one is unknown
  auto next_record = record.steps.begin();
  optimizer_->begin_epoch(total_steps_, request.rates, static_cast<int64_t>(record.steps.size()));
  stepper_->begin_epoch(request);
  epoch_.begin(total_steps_);

  EpochResult result;
  result.records.references.resize(record.references.size());
  int64_t begun = 0;
  auto reported = std::chrono::steady_clock::now();
  for (int64_t step = 0; step < steps; ++step) {
    if (stop.requested()) {
      result.status = EpochResult::Status::kInterrupted;
      break;
    }
    const bool recorded = next_record != record.steps.end() && *next_record == step;
    ++begun;
    if (recorded ? !recorded_step(batch_sizes[step], record, result.records)
                 : !stepper_->step(batch_sizes[step], /*record=*/false)) {
      break;
    }
    if (recorded) result.records.steps.push_back(*next_record++);
    renew_end_of_work();  // of the first steps: an epoch is one task

    const auto now = std::chrono::steady_clock::now();
    if (on_progress && now - reported >= kProgressInterval) {
      reported = now;
      if (const auto known = stepper_->progress()) {
        on_progress({known->steps, steps, known->means.loss, known->means.accuracy});
      }
    }
  }

  result.steps = epoch_.end();
  total_steps_ += result.steps;
  if (result.steps < begun) {
    result.status = EpochResult::Status::kDiverged;
    forget_from(result.steps, result.records);
  }
  const EpochSums::Means means = stepper_->means();
  result.loss = means.loss;
  result.accuracy = means.accuracy;
  result.sums = stepper_->sums();
  result.losses = stepper_->losses(std::min(result.steps + 1, begun));
  result.records.layers = optimizer_->records(result.records.steps);
  result.warnings = stepper_->take_warnings();
  return result;
}

EpochSums::Means Trainer::evaluate(Split split, int64_t batch_size, const StopToken& stop) {
  const DeviceStream::Use use = this->use();
  c10::InferenceMode inference;
  network_.eval();
  const ImageSequence images = sequence(split);
  EpochSums sums(device_);
  for (int64_t begin = 0; begin < images.size(); begin += batch_size) {
    if (stop.requested()) throw Error("INTERRUPTED", "the evaluation was stopped");
    const Batch batch = images.batch(begin, std::min(begin + batch_size, images.size()));
    sums.add(batch_loss(loss_, network_.forward(batch.pixels), batch.labels, /*with_gradient=*/false, compute_.backend),
             batch.labels.size(0));
  }
  return sums.means();
}

ProbeResult Trainer::probe(const std::vector<int32_t>& indices, Mode mode) {
  const DeviceStream::Use use = this->use();
  const bool training = mode == Mode::kTrain;
  c10::AutoGradMode grad_mode(training);
  network_.train(training);
  const ImageSequence images(train_, indices, Augmentation(), compute_.backend);
  const Batch batch = images.batch(0, images.size());
  const at::Tensor logits = network_.forward(batch.pixels);
  const BatchLoss loss = batch_loss(loss_, logits, batch.labels, training, compute_.backend);
  ProbeResult result;
  result.loss = loss.loss.item<double>();
  if (training) {
    network_.zero_grad();  // as in train_epoch()
    logits.backward(loss.gradient);
    result.gradients = export_gradients(network_);
    network_.zero_grad();
  }
  result.logits = on_host("logits", logits).values;
  return result;
}

std::vector<double> Trainer::time_input(const BatchPlan& batches) const {
  const DeviceStream::Use use = this->use();
  c10::InferenceMode inference;
  const ImageSequence images = training_sequence(batches);
  std::vector<double> nanoseconds;
  int64_t begin = 0;
  for (const int32_t size : batches.batch_sizes) {
    const auto start = std::chrono::steady_clock::now();
    normalization_(images.batch(begin, begin + size).pixels, compute_.precision, network_.input_format());
    if (!device_.is_cpu()) c10::impl::VirtualGuardImpl(device_.type()).getStream(device_).synchronize();
    nanoseconds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
    begin += size;
  }
  return nanoseconds;
}

NotFinite Trainer::not_finite(const BatchPlan& batch) {
  const DeviceStream::Use use = this->use();
  c10::NoGradGuard no_grad;
  NotFinite found{layer_rotation::not_finite(network_.state()), {}};
  if (found.tensors.empty()) {
    network_.train();
    const ImageSequence images = training_sequence(batch);
    found.output = network_.not_finite_output(images.batch(0, images.size()).pixels);
  }
  return found;
}

bool Trainer::recorded_step(int64_t images, const RecordRequest& request, LayerRecords& records) {
  std::optional<rotation::Reference> before;
  if (request.neurons) before.emplace(layers_.weights());
  if (!stepper_->step(images, /*record=*/true)) return false;

  const std::vector<const rotation::Reference*> references = this->references(request.references, "record.references");
  for (size_t i = 0; i < references.size(); ++i) {
    const std::vector<double> rotation = rotation::measure_rotation(layers_, *references[i]);
    records.references[i].insert(records.references[i].end(), rotation.begin(), rotation.end());
  }
  if (!before) return true;
  for (const auto& neurons : rotation::measure_neurons(layers_, layers_.initial())) {
    records.neuron_rotation.push_back(neurons.rotation);
  }
  for (const auto& neurons : rotation::measure_neurons(layers_, *before)) records.neuron_angle.push_back(neurons.angle);
  return true;
}

std::vector<const rotation::Reference*> Trainer::references(const std::vector<std::string>& names,
                                                            const char* path) const {
  std::vector<const rotation::Reference*> references;
  for (const std::string& name : names) {
    const auto found = references_.find(name);
    if (found == references_.end()) {
      throw Error("INVALID_CONFIG", std::string(path) + ": there is no reference named " + name + "; set it first");
    }
    references.push_back(&found->second);
  }
  return references;
}

void Trainer::set_reference(const std::string& name, const std::vector<NamedTensor>& tensors) {
  const DeviceStream::Use use = this->use();
  std::vector<at::Tensor> weights = layers_.weights();
  if (!tensors.empty()) {
    for (size_t i = 0; i < weights.size(); ++i) weights[i] = weight_among(tensors, network_, weights[i]);
  }
  references_.insert_or_assign(name, rotation::Reference(weights));
}

std::vector<NamedTensor> Trainer::weights() const {
  const DeviceStream::Use use = this->use();
  return export_state(network_);
}

void Trainer::set_weights(const std::vector<NamedTensor>& tensors) {
  const DeviceStream::Use use = this->use();
  import_state(network_, tensors);
}

std::vector<NamedTensor> Trainer::reference(const std::string& name) const {
  const DeviceStream::Use use = this->use();
  const rotation::Reference& reference = *references({name}, "name").front();
  std::vector<NamedTensor> tensors;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    tensors.push_back(on_host(name_of(network_, layers_.weights()[layer]), reference.weight(layer)));
  }
  return tensors;
}

TrainingState Trainer::training_state() const {
  const DeviceStream::Use use = this->use();
  return export_training_state(network_, *optimizer_, total_steps_);
}

void Trainer::set_training_state(const TrainingState& state) {
  const DeviceStream::Use use = this->use();
  import_training_state(network_, *optimizer_, state);
  total_steps_ = state.steps;
}

std::vector<double> Trainer::measure_rotation() const {
  const DeviceStream::Use use = this->use();
  return rotation::measure_rotation(layers_, layers_.initial());
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
  int64_t bytes = 0;
  for (const auto& [name, tensor] : network_.state()) {
    const at::Tensor shadow = network_.shadow(tensor);
    bytes += static_cast<int64_t>(tensor.nbytes() + (shadow.defined() ? shadow.nbytes() : 0));
  }
  for (size_t layer = 0; layer < layers_.size(); ++layer)
    bytes += static_cast<int64_t>(layers_.initial().weight(layer).nbytes());
  for (const auto& [name, reference] : references_) {
    for (size_t layer = 0; layer < layers_.size(); ++layer)
      bytes += static_cast<int64_t>(reference.weight(layer).nbytes());
  }
  return bytes + optimizer_->export_state().memory() + train_.memory() + test_.memory();
}

}  // namespace layer_rotation
