#include "layer_recorder.h"

#include <algorithm>
#include <utility>

#include "../error.h"
#include "../rotation/monitor.h"
#include "../rotation/neurons.h"
#include "../rotation/spectral_record.h"

namespace layer_rotation {
namespace {

constexpr auto kRequestPath = "record.references";

}  // namespace

void LayerRecorder::set_reference(const std::string& name, const std::vector<at::Tensor>& weights) {
  references_.insert_or_assign(name, rotation::Reference(weights));
}

const rotation::Reference& LayerRecorder::reference(const std::string& name, const char* path) const {
  const auto found = references_.find(name);
  if (found == references_.end()) {
    throw Error("INVALID_CONFIG", std::string(path) + ": there is no reference named " + name + "; set it first");
  }
  return found->second;
}

int64_t LayerRecorder::memory() const {
  int64_t bytes = 0;
  for (const auto& [name, reference] : references_) {
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      bytes += static_cast<int64_t>(reference.weight(layer).nbytes());
    }
  }
  return bytes;
}

void LayerRecorder::begin_epoch(const RecordRequest& request) {
  for (const std::string& name : request.references) reference(name, kRequestPath);
  request_ = &request;
  before_.reset();
  records_ = {};
  records_.references.resize(request.references.size());
}

bool LayerRecorder::wants(int64_t step) const {
  const size_t next = records_.steps.size();
  return next < request_->steps.size() && request_->steps[next] == step;
}

void LayerRecorder::before_step() {
  if (request_->neurons || request_->spectral) before_.emplace(layers_.weights());
}

void LayerRecorder::after_step(int64_t step) {
  records_.steps.push_back(static_cast<int32_t>(step));
  for (size_t i = 0; i < request_->references.size(); ++i) {
    const rotation::Reference& from = reference(request_->references[i], kRequestPath);
    const std::vector<double> rotation = rotation::measure_rotation(layers_, from);
    records_.references[i].insert(records_.references[i].end(), rotation.begin(), rotation.end());
  }
  if (request_->neurons) {
    for (const auto& neurons : rotation::measure_neurons(layers_, layers_.initial())) {
      records_.neuron_rotation.push_back(neurons.rotation);
    }
    for (const auto& neurons : rotation::measure_neurons(layers_, *before_)) {
      records_.neuron_angle.push_back(neurons.angle);
    }
  }
  if (request_->spectral) {
    const std::vector<rotation::SpectralRecord> spectral = rotation::measure_spectral(layers_, *before_);
    records_.spectral.insert(records_.spectral.end(), spectral.begin(), spectral.end());
  }
  before_.reset();
}

LayerRecords LayerRecorder::end_epoch(int64_t steps, Optimizer& optimizer) {
  forget_from(steps);
  records_.layers = optimizer.records(records_.steps);
  request_ = nullptr;
  return std::exchange(records_, {});
}

void LayerRecorder::forget_from(int64_t step) {
  records_.steps.erase(std::lower_bound(records_.steps.begin(), records_.steps.end(), step), records_.steps.end());
  const size_t kept = records_.steps.size() * layers_.size();
  for (std::vector<double>& rotation : records_.references) rotation.resize(kept);
  if (request_->neurons) {
    records_.neuron_rotation.resize(kept);
    records_.neuron_angle.resize(kept);
  }
  if (request_->spectral) records_.spectral.resize(kept);
}

}  // namespace layer_rotation
