#include "standalone_layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>

#include "../engine/step_graphs.h"
#include "../error.h"
#include "../optimizer/block_optimizer.h"
#include "../rotation/block_monitor.h"
#include "../rotation/monitor.h"
#include "../runtime/device.h"
#include "../runtime/threads.h"
#include "triad.h"

namespace layer_rotation {
namespace {

/// Runs of a kernel within one CUDA graph, whose launch takes longer than a small kernel.
constexpr int kRunsOfGraph = 20;

at::Tensor to_tensor(const std::vector<float>& values, at::IntArrayRef shape) {
  return at::tensor(at::ArrayRef<float>(values)).reshape(shape);
}

/// Copies of `arrays` as tensors [neurons][weights of a neuron], with gradients of zero.
std::vector<at::Tensor> to_tensors(const StandaloneLayers::Arrays& arrays, const std::vector<int64_t>& row_sizes,
                                   at::Device device) {
  std::vector<at::Tensor> tensors;
  for (size_t i = 0; i < arrays.size(); ++i) {
    tensors.push_back(to_tensor(arrays[i], {-1, row_sizes[i]}).to(device));
    tensors.back().mutable_grad() = at::zeros_like(tensors.back());
  }
  return tensors;
}

std::vector<OptimizedParameter> optimized(const std::vector<at::Tensor>& weights,
                                          const std::vector<ParameterSettings>& settings) {
  std::vector<OptimizedParameter> parameters;
  for (size_t i = 0; i < weights.size(); ++i) parameters.push_back({weights[i], i, true, settings[i]});
  return parameters;
}

}  // namespace

std::unique_ptr<StandaloneLayers> StandaloneLayers::create(const Arrays& weights, const StandaloneSpec& spec) {
  if (weights.empty()) throw Error("INVALID_CONFIG", "weights: expected at least one layer");
  use_threads(spec.threads);
  const DeviceStream stream(resolve_device(spec.device));
  const DeviceStream::Use use = stream.use(ComputeSpec());
  return std::unique_ptr<StandaloneLayers>(new StandaloneLayers(weights, spec, stream));
}

StandaloneLayers::StandaloneLayers(const Arrays& weights, const StandaloneSpec& spec, const DeviceStream& stream)
    : stream_(stream),
      threads_(spec.threads),
      weights_(to_tensors(weights, spec.row_sizes, stream.device())),
      layers_(weights_, backend_for(stream.device(), spec.backend)),
      epoch_(layers_.backend() == Backend::kBlock ? stream.device() : at::Device(at::kCPU)),
      optimizer_(make_optimizer(spec.optimizer, layers_, optimized(weights_, spec.parameters), epoch_)) {}

DeviceStream::Use StandaloneLayers::use() const {
  use_threads(threads_);
  return stream_.use(ComputeSpec());
}

int64_t StandaloneLayers::memory() const {
  const DeviceStream::Use use = this->use();
  int64_t bytes = optimizer_->export_state().memory();
  for (const at::Tensor& weight : weights_) bytes += 3 * static_cast<int64_t>(weight.nbytes());
  return bytes;
}

std::vector<double> StandaloneLayers::rotation() const {
  const DeviceStream::Use use = this->use();
  return rotation::measure_rotation(layers_, layers_.initial());
}

void StandaloneLayers::begin_step(const std::vector<double>& rates, int64_t records) {
  optimizer_->begin_epoch(total_steps_, rates, records);
  epoch_.begin(total_steps_);
}

LayerRecords StandaloneLayers::step(const Arrays& gradients, const std::vector<double>& rates) {
  const DeviceStream::Use use = this->use();
  check_sizes("gradients", gradients);
  if (rates.size() != weights_.size()) throw Error("INVALID_CONFIG", "rates: expected one rate a layer");
  for (size_t i = 0; i < weights_.size(); ++i) {
    weights_[i].mutable_grad().copy_(to_tensor(gradients[i], weights_[i].sizes()));
  }
  begin_step(rates, 1);
  optimizer_->step(/*record=*/true);
  ++total_steps_;
  LayerRecords records;
  records.steps = {0};
  records.layers = optimizer_->records(records.steps);
  return records;
}

std::vector<NamedTensor> StandaloneLayers::weights() const {
  const DeviceStream::Use use = this->use();
  std::vector<NamedTensor> tensors;
  for (size_t i = 0; i < weights_.size(); ++i) tensors.push_back(on_host(std::to_string(i), weights_[i]));
  return tensors;
}

void StandaloneLayers::set_weights(const Arrays& weights) {
  const DeviceStream::Use use = this->use();
  check_sizes("weights", weights);
  for (size_t i = 0; i < weights_.size(); ++i) weights_[i].copy_(to_tensor(weights[i], weights_[i].sizes()));
}

std::vector<double> StandaloneLayers::time(const std::string& kernel, int64_t repeats) {
  const DeviceStream::Use use = this->use();
  const bool on_cpu = stream_.device().is_cpu();
  if (kernel == (on_cpu ? "copy" : "triad")) {
    throw Error("INVALID_CONFIG", "kernel: " + kernel + " is not measured on this device");
  }
  begin_step(std::vector<double>(weights_.size(), 1e-3), 0);
  const std::function<void()> run = timed(kernel);
  return on_cpu ? time_on_host(run, repeats) : time_on_device(run, repeats);
}

std::function<void()> StandaloneLayers::timed(const std::string& kernel) {
  if (kernel == "step") {
    return [this] {
      if (layers_.backend() != Backend::kBlock) begin_step(std::vector<double>(weights_.size(), 1e-3), 0);
      optimizer_->step(/*record=*/false);
    };
  }
  if (kernel == "monitor" && layers_.backend() == Backend::kBlock) {
    return [monitor = rotation::BlockMonitor(layers_, layers_.initial())] { monitor.enqueue(); };
  }
  if (kernel == "monitor") return [this] { rotation::measure_displacement(layers_, layers_.initial()); };
  if (kernel == "copy") {
    std::vector<at::Tensor> flat;
    for (const at::Tensor& weight : weights_) flat.push_back(weight.flatten());
    const at::Tensor from = at::cat(flat), to = at::empty_like(from);
    return [from, to] { to.copy_(from); };
  }
  std::vector<at::Tensor> targets;
  for (const at::Tensor& weight : weights_) targets.push_back(at::empty_like(weight));
  return [this, targets]() mutable {
    for (size_t i = 0; i < weights_.size(); ++i) {
      rotation::triad(targets[i], layers_.weight(i), layers_.initial().weight(i), 0.5f);
    }
  };
}

std::vector<double> StandaloneLayers::time_on_host(const std::function<void()>& run, int64_t repeats) const {
  std::vector<double> nanoseconds;
  for (int64_t i = 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    nanoseconds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count());
  }
  return nanoseconds;
}

std::vector<double> StandaloneLayers::time_on_device(const std::function<void()>& run, int64_t repeats) {
  const at::Device device = stream_.device();
  const c10::Stream stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device);
  std::vector<std::pair<c10::Event, c10::Event>> events;
  const auto timed = [&](const std::function<void()>& runs) {
    events.emplace_back(c10::Event(device.type(), c10::EventFlag::BACKEND_DEFAULT),
                        c10::Event(device.type(), c10::EventFlag::BACKEND_DEFAULT));
    events.back().first.record(stream);
    runs();
    events.back().second.record(stream);
  };
  const auto several = [&] {
    for (int i = 0; i < kRunsOfGraph; ++i) run();
  };
  auto* blocks = dynamic_cast<BlockOptimizer*>(optimizer_.get());
  if (blocks != nullptr) {
    StepGraphs graphs(device, *blocks, /*capture=*/true);
    const auto replayed = [&] { graphs.run({}, several); };
    for (int i = 0; i < 5; ++i) replayed();  // the graph is captured after that
    for (int64_t i = 0; i < repeats; ++i) timed(replayed);
    if (const std::string failure = graphs.take_failure(); !failure.empty()) throw Error("NATIVE", failure);
  } else {
    several();
    for (int64_t i = 0; i < repeats; ++i) timed(several);
  }
  std::vector<double> nanoseconds;
  for (auto& [begin, end] : events) {
    end.synchronize();
    nanoseconds.push_back(begin.elapsedTime(end) * 1e6 / kRunsOfGraph);
  }
  return nanoseconds;
}

void StandaloneLayers::check_sizes(const char* name, const Arrays& arrays) const {
  bool fits = arrays.size() == weights_.size();
  for (size_t i = 0; fits && i < arrays.size(); ++i) {
    fits = static_cast<int64_t>(arrays[i].size()) == weights_[i].numel();
  }
  if (!fits) throw Error("INVALID_CONFIG", std::string(name) + ": expected one array a layer, of the layer's size");
}

}  // namespace layer_rotation
