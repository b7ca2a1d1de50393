#include "results.h"

#include <algorithm>
#include <utility>

namespace layer_rotation {
namespace {

const char* status_name(EpochResult::Status status) {
  switch (status) {
    case EpochResult::Status::kFinished: return "finished";
    case EpochResult::Status::kInterrupted: return "interrupted";
    case EpochResult::Status::kDiverged: return "diverged";
  }
  return "finished";
}

std::vector<double> flat(const std::vector<rotation::Quartiles>& quartiles) {
  std::vector<double> values;
  for (const rotation::Quartiles& one : quartiles) values.insert(values.end(), one.begin(), one.end());
  return values;
}

Napi::Float32Array to_float32_array(Napi::Env env, std::vector<float> values) {
  auto* held = new std::vector<float>(std::move(values));
  const auto buffer = Napi::ArrayBuffer::New(
      env, held->data(), held->size() * sizeof(float), [](Napi::Env, void*, std::vector<float>* held) { delete held; },
      held);
  return Napi::Float32Array::New(env, held->size(), buffer, 0);
}

}  // namespace

Napi::Float64Array to_float64_array(Napi::Env env, const std::vector<double>& values) {
  auto array = Napi::Float64Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

Napi::Value to_javascript(Napi::Env env, std::vector<NamedTensor> tensors) {
  auto array = Napi::Array::New(env, tensors.size());
  for (uint32_t i = 0; i < tensors.size(); ++i) {
    auto shape = Napi::Array::New(env, tensors[i].shape.size());
    for (uint32_t d = 0; d < tensors[i].shape.size(); ++d) shape[d] = static_cast<double>(tensors[i].shape[d]);
    auto tensor = Napi::Object::New(env);
    tensor["name"] = tensors[i].name;
    tensor["shape"] = shape;
    tensor["data"] = to_float32_array(env, std::move(tensors[i].values));
    array[i] = tensor;
  }
  return array;
}

Napi::Object to_javascript(Napi::Env env, TrainingState state) {
  auto object = Napi::Object::New(env);
  object["tensors"] = to_javascript(env, std::move(state.tensors));
  object["steps"] = static_cast<double>(state.steps);
  object["runningMeans"] = to_float64_array(env, state.running_means);
  return object;
}

Napi::Object to_javascript(Napi::Env env, const LayerRecords& records, const RecordRequest& request) {
  auto object = Napi::Object::New(env);
  auto steps = Napi::Int32Array::New(env, records.steps.size());
  std::copy(records.steps.begin(), records.steps.end(), steps.Data());
  object["steps"] = steps;
  for (size_t quantity = 0; quantity < rotation::kRecordedQuantities.size(); ++quantity) {
    auto values = Napi::Float64Array::New(env, records.layers.size());
    for (size_t i = 0; i < records.layers.size(); ++i) values[i] = records.layers[i][quantity];
    object[rotation::kRecordedQuantities[quantity].name] = values;
  }
  auto references = Napi::Object::New(env);
  for (size_t i = 0; i < records.references.size(); ++i) {
    references[request.references[i]] = to_float64_array(env, records.references[i]);
  }
  object["references"] = references;
  if (request.neurons) {
    auto neurons = Napi::Object::New(env);
    neurons["rotation"] = to_float64_array(env, flat(records.neuron_rotation));
    neurons["angle"] = to_float64_array(env, flat(records.neuron_angle));
    object["neurons"] = neurons;
  }
  if (request.spectral) {
    auto spectral = Napi::Object::New(env);
    for (size_t quantity = 0; quantity < rotation::kSpectralQuantities.size(); ++quantity) {
      auto values = Napi::Float64Array::New(env, records.spectral.size());
      for (size_t i = 0; i < records.spectral.size(); ++i) values[i] = records.spectral[i][quantity];
      spectral[rotation::kSpectralQuantities[quantity]] = values;
    }
    object["spectral"] = spectral;
  }
  return object;
}

Napi::Value to_javascript(Napi::Env env, const EpochResult& result, const RecordRequest& request) {
  auto object = Napi::Object::New(env);
  object["status"] = status_name(result.status);
  object["steps"] = static_cast<double>(result.steps);
  object["losses"] = to_float64_array(env, result.losses);
  object["loss"] = result.loss;
  object["accuracy"] = result.accuracy;
  auto sums = Napi::Object::New(env);
  sums["loss"] = result.sums.loss;
  sums["hits"] = result.sums.hits;
  sums["examples"] = static_cast<double>(result.sums.examples);
  object["sums"] = sums;
  object["records"] = to_javascript(env, result.records, request);
  auto warnings = Napi::Array::New(env, result.warnings.size());
  for (uint32_t i = 0; i < result.warnings.size(); ++i) warnings[i] = result.warnings[i];
  object["warnings"] = warnings;
  if (!result.lost.empty()) object["lost"] = result.lost;
  if (result.stopped_by_other) object["stoppedByOther"] = true;
  if (result.exchange_seconds > 0) object["exchangeSeconds"] = result.exchange_seconds;
  return object;
}

Napi::Object to_javascript(Napi::Env env, const EpochSums::Means& means) {
  auto object = Napi::Object::New(env);
  object["loss"] = means.loss;
  object["accuracy"] = means.accuracy;
  object["top5Accuracy"] = means.top5_accuracy;
  return object;
}

Napi::Object to_javascript(Napi::Env env, Predictions predictions) {
  Napi::Object object = to_javascript(env, predictions.means);
  object["logits"] = to_float32_array(env, std::move(predictions.logits));
  object["losses"] = to_float64_array(env, predictions.losses);
  return object;
}

Napi::Object to_javascript(Napi::Env env, const NotFinite& found) {
  auto tensors = Napi::Array::New(env, found.tensors.size());
  for (uint32_t i = 0; i < found.tensors.size(); ++i) tensors[i] = found.tensors[i];
  auto object = Napi::Object::New(env);
  object["tensors"] = tensors;
  if (!found.output.empty()) object["output"] = found.output;
  return object;
}

Napi::Object to_javascript(Napi::Env env, ProbeResult result) {
  auto object = Napi::Object::New(env);
  object["logits"] = to_float32_array(env, std::move(result.logits));
  object["loss"] = result.loss;
  object["gradients"] = to_javascript(env, std::move(result.gradients));
  return object;
}

}  // namespace layer_rotation
