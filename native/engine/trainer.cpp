#include "trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/autograd.h>
#include <torch/cuda.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "../error.h"
#include "../rotation/monitor.h"
#include "device.h"
#include "threads.h"

namespace layer_rotation {
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(100);
/// Separates the stream of the dropout masks from that of the initial weights. Below 2³²: the CPU's generator looks at
/// no more of a seed.
constexpr uint64_t kDropoutStream = 0x6d2b79f5;

at::Generator make_generator(at::Device device, uint64_t seed) {
  at::Generator generator = device.is_cpu() ? at::make_generator<at::CPUGeneratorImpl>(seed)
                                            : at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

/// The layers as they begin: with `initial`, where that holds any, in place of the weights that were drawn.
rotation::Layers monitored(Network& network, const std::vector<NamedTensor>& initial, bool prefer_aten) {
  if (!initial.empty()) import_initial_state(network, initial);
  std::vector<at::Tensor> weights;
  for (const MonitoredLayer& layer : network.layers()) weights.push_back(layer.weight);
  return rotation::Layers(std::move(weights), prefer_aten);
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
    parameters.push_back({tensor, place->second.first, place->second.second, found->second});
    settings.erase(found);
  }
  if (!settings.empty()) unknown(settings.begin()->first, " is no parameter of the model");
  return parameters;
}

void check_split(const char* name, const SplitData& split, int64_t classes) {
  const at::Tensor& labels = split.labels;
  if (split.pixels.size(0) != labels.size(0) || labels.size(0) == 0) {
    throw Error("INVALID_CONFIG", std::string("data.") + name + ": " + std::to_string(split.pixels.size(0)) +
                                      " images and " + std::to_string(labels.size(0)) +
                                      " labels; expected as many of both, and at least one");
  }
  const int64_t low = labels.min().item<int64_t>(), high = labels.max().item<int64_t>();
  if (low < 0 || high >= classes) {
    throw Error("INVALID_CONFIG", std::string("data.") + name + ": label " + std::to_string(low < 0 ? low : high) +
                                      " is not in 0 … " + std::to_string(classes - 1));
  }
}

const TrainerSpec& checked(const TrainerSpec& spec) {
  check_split("train", spec.train, spec.classes);
  check_split("test", spec.test, spec.classes);
  return spec;
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

}  // namespace

Trainer::Trainer(const TrainerSpec& spec)
    : device_(resolve_device(checked(spec).device)),
      threads_(spec.threads),
      prefer_aten_(spec.prefer_aten),
      compute_(spec.compute),
      loss_(spec.loss),
      augmentation_(spec.augmentation),
      normalization_(spec.normalization, device_, prefer_aten_),
      dropout_(make_generator(device_, spec.seed ^ kDropoutStream)),
      network_(spec.layers, spec.input_shape, spec.classes, normalization_, spec.compute, device_,
               make_generator(at::kCPU, spec.seed), dropout_),
      train_(spec.train.pixels, spec.train.labels, device_),
      validation_(spec.validation),
      remaining_(complement(spec.validation, train_.size())),
      test_(spec.test.pixels, spec.test.labels, device_),
      layers_(monitored(network_, spec.weights, prefer_aten_)),
      optimizer_(spec.optimizer, layers_, optimized(network_, spec.parameters)) {}

ImageSequence Trainer::training_sequence(const BatchPlan& batches) const {
  return ImageSequence(train_, batches.order, Augmentation(augmentation_, batches.augmentation_key), prefer_aten_);
}

ImageSequence Trainer::sequence(Split split) const {
  if (split == Split::kTest) return ImageSequence(test_);
  if (split == Split::kValidation) {
    if (validation_.empty()) throw Error("INVALID_CONFIG", "split: there are no validation images to evaluate");
    return ImageSequence(train_, validation_, Augmentation(), prefer_aten_);
  }
  return validation_.empty() ? ImageSequence(train_) : ImageSequence(train_, remaining_, Augmentation(), prefer_aten_);
}

EpochResult Trainer::train_epoch(const EpochRequest& request, const StopToken& stop,
                                 const std::function<void(const EpochProgress&)>& on_progress) {
  use_threads(threads_);
  network_.train();
  const std::vector<int32_t>& batch_sizes = request.batches.batch_sizes;
  const auto steps = static_cast<int64_t>(batch_sizes.size());
  const size_t layers = layers_.size();
  const ImageSequence images = training_sequence(request.batches);
  const RecordRequest& record = request.record;
  references(record.references);  // throws now where one is unknown
  auto next_record = record.steps.begin();

  EpochResult result;
  result.records.references.resize(record.references.size());
  EpochSums sums(device_, request.sums);
  std::vector<at::Tensor> losses;
  auto reported = std::chrono::steady_clock::now();
  for (int64_t step = 0, begin = 0; step < steps; begin += batch_sizes[step++]) {
    if (stop.requested()) {
      result.status = EpochResult::Status::kInterrupted;
      break;
    }
    const Batch batch = images.batch(begin, begin + batch_sizes[step]);
    const at::Tensor logits = network_.forward(batch.pixels);
    const BatchLoss loss = batch_loss(loss_, logits, batch.labels, /*with_gradient=*/true, prefer_aten_);
    sums.add(loss, batch_sizes[step]);
    losses.push_back(loss.loss);
    // On the CPU the loss is at hand; on another device asking for it would make every step wait.
    if (device_.is_cpu() && !std::isfinite(loss.loss.item<double>())) {
      result.status = EpochResult::Status::kDiverged;
      break;
    }
    logits.backward(loss.gradient);
    const double* rates = request.rates.data() + step * layers;
    if (next_record != record.steps.end() && *next_record == step) {
      recorded_step(rates, record, result.records);
      result.records.steps.push_back(*next_record++);
    } else {
      optimizer_.step(rates, nullptr);
    }
    network_.zero_grad();  // now: the next forward pass can have their memory
    ++result.steps;

    const auto now = std::chrono::steady_clock::now();
    if (on_progress && now - reported >= kProgressInterval) {
      reported = now;
      const EpochSums::Means means = sums.means();
      on_progress({step + 1, steps, means.loss, means.accuracy});
    }
  }

  const EpochSums::Means means = sums.means();
  result.loss = means.loss;
  result.accuracy = means.accuracy;
  result.sums = sums.state();
  if (!losses.empty()) {
    const at::Tensor on_host = at::stack(losses).to(at::kCPU, at::kDouble);
    result.losses.assign(on_host.const_data_ptr<double>(), on_host.const_data_ptr<double>() + on_host.numel());
  }
  const auto diverged =
      std::find_if(result.losses.begin(), result.losses.end(), [](double x) { return !std::isfinite(x); });
  if (diverged != result.losses.end()) result.status = EpochResult::Status::kDiverged;
  return result;
}

EpochSums::Means Trainer::evaluate(Split split, int64_t batch_size, const StopToken& stop) {
  use_threads(threads_);
  c10::InferenceMode inference;
  network_.eval();
  const ImageSequence images = sequence(split);
  EpochSums sums(device_);
  for (int64_t begin = 0; begin < images.size(); begin += batch_size) {
    if (stop.requested()) throw Error("INTERRUPTED", "the evaluation was stopped");
    const Batch batch = images.batch(begin, std::min(begin + batch_size, images.size()));
    sums.add(batch_loss(loss_, network_.forward(batch.pixels), batch.labels, /*with_gradient=*/false, prefer_aten_),
             batch.labels.size(0));
  }
  return sums.means();
}

ProbeResult Trainer::probe(const std::vector<int32_t>& indices, Mode mode) {
  use_threads(threads_);
  const bool training = mode == Mode::kTrain;
  c10::AutoGradMode grad_mode(training);
  network_.train(training);
  const ImageSequence images(train_, indices, Augmentation(), prefer_aten_);
  const Batch batch = images.batch(0, images.size());
  const at::Tensor logits = network_.forward(batch.pixels);
  const BatchLoss loss = batch_loss(loss_, logits, batch.labels, training, prefer_aten_);
  ProbeResult result;
  result.loss = loss.loss.item<double>();
  if (training) {
    logits.backward(loss.gradient);
    result.gradients = export_gradients(network_);
    network_.zero_grad();
  }
  const at::Tensor on_host = logits.detach().to(at::kCPU).contiguous();
  result.logits.assign(on_host.const_data_ptr<float>(), on_host.const_data_ptr<float>() + on_host.numel());
  return result;
}

std::vector<double> Trainer::time_input(const BatchPlan& batches) const {
  use_threads(threads_);
  c10::InferenceMode inference;
  const ImageSequence images = training_sequence(batches);
  std::vector<double> nanoseconds;
  int64_t begin = 0;
  for (const int32_t size : batches.batch_sizes) {
    const auto start = std::chrono::steady_clock::now();
    normalization_(images.batch(begin, begin + size).pixels, compute_.precision, network_.input_format());
    if (!device_.is_cpu()) torch::cuda::synchronize(device_.index());
    nanoseconds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
    begin += size;
  }
  return nanoseconds;
}

NotFinite Trainer::not_finite(const std::optional<BatchPlan>& batch) {
  use_threads(threads_);
  c10::NoGradGuard no_grad;
  NotFinite found{layer_rotation::not_finite_state(network_), {}};
  if (found.tensors.empty() && batch) {
    network_.train();
    const ImageSequence images = training_sequence(*batch);
    found.output = network_.not_finite_output(images.batch(0, images.size()).pixels);
  }
  return found;
}

void Trainer::recorded_step(const double* rates, const RecordRequest& request, LayerRecords& records) {
  std::optional<rotation::Reference> before;
  if (request.neurons) before.emplace(layers_.weights());
  records.layers.resize(records.layers.size() + layers_.size());
  optimizer_.step(rates, records.layers.data() + records.layers.size() - layers_.size());

  const std::vector<const rotation::Reference*> references = this->references(request.references);
  for (size_t i = 0; i < references.size(); ++i) {
    const std::vector<double> rotation = rotation::measure_rotation(layers_, *references[i]);
    records.references[i].insert(records.references[i].end(), rotation.begin(), rotation.end());
  }
  if (!before) return;
  for (const auto& neurons : rotation::measure_neurons(layers_, layers_.initial())) {
    records.neuron_rotation.push_back(neurons.rotation);
  }
  for (const auto& neurons : rotation::measure_neurons(layers_, *before)) records.neuron_angle.push_back(neurons.angle);
}

std::vector<const rotation::Reference*> Trainer::references(const std::vector<std::string>& names) const {
  std::vector<const rotation::Reference*> references;
  for (const std::string& name : names) {
    const auto found = references_.find(name);
    if (found == references_.end()) {
      throw Error("INVALID_CONFIG", "record.references: there is no reference named " + name + "; set it first");
    }
    references.push_back(&found->second);
  }
  return references;
}

void Trainer::set_reference(const std::string& name, const std::vector<NamedTensor>& tensors) {
  use_threads(threads_);
  std::vector<at::Tensor> weights = layers_.weights();
  if (!tensors.empty()) {
    for (size_t i = 0; i < weights.size(); ++i) weights[i] = weight_among(tensors, network_, weights[i]);
  }
  references_.erase(name);
  references_.emplace(name, rotation::Reference(weights));
}

std::vector<NamedTensor> Trainer::reference(const std::string& name) const {
  const rotation::Reference& reference = *references({name}).front();
  std::vector<NamedTensor> tensors;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    tensors.push_back(on_host(name_of(network_, layers_.weights()[layer]), reference.weight(layer)));
  }
  return tensors;
}

std::vector<double> Trainer::measure_rotation() const {
  use_threads(threads_);
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
  int64_t bytes = 0;
  for (const auto& [name, tensor] : network_.state()) bytes += static_cast<int64_t>(tensor.nbytes());
  for (size_t layer = 0; layer < layers_.size(); ++layer)
    bytes += static_cast<int64_t>(layers_.initial().weight(layer).nbytes());
  for (const auto& [name, reference] : references_) {
    for (size_t layer = 0; layer < layers_.size(); ++layer)
      bytes += static_cast<int64_t>(reference.weight(layer).nbytes());
  }
  return bytes + optimizer_.export_state().memory() + train_.memory() + test_.memory();
}

}  // namespace layer_rotation
