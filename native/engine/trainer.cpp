#include "trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "../error.h"
#include "../rotation/monitor.h"
#include "cross_entropy.h"
#include "device.h"
#include "epoch_sums.h"
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

rotation::Layers monitored(const Network& network) {
  std::vector<at::Tensor> weights;
  for (const MonitoredLayer& layer : network.layers()) weights.push_back(layer.weight);
  return rotation::Layers(std::move(weights));
}

/// Under Layca only the layers are trained (arXiv 1806.01603v2), so nothing else needs a gradient.
std::vector<Follower> followers(const Network& network, bool layca) {
  std::vector<Follower> followers;
  for (const OtherParameter& other : network.other_parameters()) {
    other.parameter.requires_grad_(!layca);
    if (!layca) followers.push_back({other.parameter, other.layer});
  }
  return followers;
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

}  // namespace

Trainer::Trainer(const TrainerSpec& spec)
    : device_(resolve_device(checked(spec).device)),
      threads_(spec.threads),
      network_(spec.layers, spec.input_shape, spec.classes, spec.normalization, spec.compute, device_,
               make_generator(at::kCPU, spec.seed), make_generator(device_, spec.seed ^ kDropoutStream)),
      train_(spec.train.pixels, spec.train.labels, device_),
      test_(spec.test.pixels, spec.test.labels, device_),
      layers_(monitored(network_)),
      optimizer_(spec.optimizer, layers_, followers(network_, spec.optimizer.layca)) {}

EpochResult Trainer::train_epoch(const EpochRequest& request, const StopToken& stop,
                                 const std::function<void(const EpochProgress&)>& on_progress) {
  use_threads(threads_);
  network_.train();
  const auto examples = static_cast<int64_t>(request.order.size());
  const int64_t steps = (examples + request.batch_size - 1) / request.batch_size;
  const size_t layers = layers_.size();
  const at::Tensor order = at::tensor(at::ArrayRef<int32_t>(request.order), at::dtype(at::kInt)).to(device_, at::kLong);

  EpochResult result;
  EpochSums sums(device_);
  std::vector<at::Tensor> losses;
  auto reported = std::chrono::steady_clock::now();
  for (int64_t step = 0; step < steps; ++step) {
    if (stop.requested()) {
      result.status = EpochResult::Status::kInterrupted;
      break;
    }
    const int64_t begin = step * request.batch_size;
    const Images::Batch batch = train_.gather(order.slice(0, begin, std::min(begin + request.batch_size, examples)));
    const at::Tensor logits = network_.forward(batch.pixels);
    const CrossEntropy loss = cross_entropy(logits, batch.labels, /*with_gradient=*/true);
    sums.add(loss, batch.labels.size(0));
    losses.push_back(loss.loss);
    // On the CPU the loss is at hand; on another device asking for it would make every step wait.
    if (device_.is_cpu() && !std::isfinite(loss.loss.item<double>())) {
      result.status = EpochResult::Status::kDiverged;
      break;
    }
    network_.zero_grad();
    logits.backward(loss.gradient);
    if (request.record_steps) result.records.resize(result.records.size() + layers);
    optimizer_.step(request.rates.data() + step * layers,
                    request.record_steps ? result.records.data() + step * layers : nullptr);
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
  if (!losses.empty()) {
    const at::Tensor on_host = at::stack(losses).to(at::kCPU, at::kDouble);
    result.losses.assign(on_host.const_data_ptr<double>(), on_host.const_data_ptr<double>() + on_host.numel());
  }
  const auto diverged =
      std::find_if(result.losses.begin(), result.losses.end(), [](double x) { return !std::isfinite(x); });
  if (diverged != result.losses.end()) result.status = EpochResult::Status::kDiverged;
  return result;
}

Evaluation Trainer::evaluate(Split split, int64_t batch_size, const StopToken& stop) {
  use_threads(threads_);
  c10::InferenceMode inference;
  network_.eval();
  const Images& images = split == Split::kTrain ? train_ : test_;
  EpochSums sums(device_);
  for (int64_t begin = 0; begin < images.size(); begin += batch_size) {
    if (stop.requested()) throw Error("INTERRUPTED", "the evaluation was stopped");
    const Images::Batch batch = images.range(begin, std::min(begin + batch_size, images.size()));
    sums.add(cross_entropy(network_.forward(batch.pixels), batch.labels, /*with_gradient=*/false),
             batch.labels.size(0));
  }
  const EpochSums::Means means = sums.means();
  return {means.loss, means.accuracy};
}

std::vector<double> Trainer::measure_rotation() const {
  use_threads(threads_);
  std::vector<double> rotation(layers_.size());
  rotation::measure_rotation(layers_, rotation.data());
  return rotation;
}

std::vector<NamedTensor> Trainer::weights() const {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : network_.state()) {
    const at::Tensor on_host = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    const float* values = on_host.const_data_ptr<float>();
    tensors.push_back({name, tensor.sizes().vec(), {values, values + on_host.numel()}});
  }
  return tensors;
}

void Trainer::set_weights(const std::vector<NamedTensor>& tensors) {
  c10::NoGradGuard no_grad;
  const auto own = network_.state();
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;  // all checked before the first is written
  for (const NamedTensor& given : tensors) {
    const auto found = std::find_if(own.begin(), own.end(), [&](const auto& item) { return item.first == given.name; });
    if (found == own.end()) throw Error("INVALID_CONFIG", "weights: the model has no tensor named " + given.name);
    if (found->second.sizes().vec() != given.shape ||
        found->second.numel() != static_cast<int64_t>(given.values.size())) {
      throw Error("INVALID_CONFIG", "weights: " + given.name + " has shape " + c10::str(at::IntArrayRef(given.shape)) +
                                        " with " + std::to_string(given.values.size()) +
                                        " values, but the model's has " + c10::str(found->second.sizes()));
    }
    copies.emplace_back(found->second, at::tensor(at::ArrayRef<float>(given.values)).reshape(given.shape));
  }
  for (auto& [target, source] : copies) target.copy_(source);
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
    bytes += static_cast<int64_t>(layers_.initial(layer).nbytes());
  return bytes + train_.memory() + test_.memory();
}

}  // namespace layer_rotation
