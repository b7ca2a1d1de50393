#include "spec_arguments.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "../error.h"
#include "layer_arguments.h"

namespace layer_rotation {
namespace {

ComputeSpec read_compute(const Argument& spec) {
  const Argument precision = spec["precision"], format = spec["memoryFormat"];
  ComputeSpec compute;
  if (!precision.is_nullish() && precision.string() == "bf16") compute.precision = at::kBFloat16;
  if (!format.is_nullish() && format.string() == "contiguous") compute.memory_format = at::MemoryFormat::Contiguous;
  return compute;
}

/// A tensor over the vector's own memory, which lives as long as the tensor.
template <class T>
at::Tensor own(std::vector<T> values, std::vector<int64_t> shape, at::ScalarType type) {
  auto held = std::make_shared<std::vector<T>>(std::move(values));
  return at::from_blob(
      held->data(), shape, [held](void*) {}, at::dtype(type));
}

SplitData read_split(const Argument& split, const std::vector<int64_t>& input_shape) {
  std::vector<uint8_t> pixels = split["images"].uint8_array();
  std::vector<int32_t> labels = split["labels"].int32_array();
  const int64_t per_image = std::accumulate(input_shape.begin(), input_shape.end(), int64_t{1}, std::multiplies<>());
  const auto bytes = static_cast<int64_t>(pixels.size()), examples = static_cast<int64_t>(labels.size());
  if (bytes != examples * per_image) {
    throw Error("INVALID_CONFIG", split.path() + ": " + std::to_string(bytes) + " bytes of images for " +
                                      std::to_string(examples) + " labels; expected " + std::to_string(per_image) +
                                      " bytes each");
  }
  std::vector<int64_t> shape = input_shape;
  shape.insert(shape.begin(), examples);
  return {own(std::move(pixels), std::move(shape), at::kByte), own(std::move(labels), {examples}, at::kInt)};
}

}  // namespace

SgdSpec read_optimizer(const Argument& optimizer) {
  const bool layca = optimizer["type"].string() == "layca";
  const Argument rule = layca ? optimizer["rule"] : optimizer;
  if (rule["type"].string() != "sgd") rule["type"].fail("sgd");
  return {rule["momentum"].number(), rule["nesterov"].boolean(), layca};
}

TrainerSpec read_trainer_spec(const Argument& spec) {
  TrainerSpec result;
  result.device = spec["device"].string();
  result.threads = static_cast<int>(spec["threads"].integer(0, 4096));
  result.seed = static_cast<uint64_t>(spec["seed"].integer(0));
  result.input_shape = spec["inputShape"].shape();
  result.classes = spec["classes"].integer(1);
  result.layers = read_layers(spec["layers"]);
  result.compute = read_compute(spec);
  result.optimizer = read_optimizer(spec["optimizer"]);
  const Argument data = spec["data"];
  result.normalization = Normalization({data["mean"].number(), data["deviation"].number()});
  result.train = read_split(data["train"], result.input_shape);
  result.test = read_split(data["test"], result.input_shape);
  return result;
}

EpochRequest read_epoch_request(const Argument& request, size_t layers, int64_t examples) {
  EpochRequest result;
  result.order = request["order"].int32_array();
  result.batch_size = request["batchSize"].integer(1);
  result.rates = request["rates"].float64_array();
  result.record_steps = request["recordSteps"].boolean();

  const auto visited = static_cast<int64_t>(result.order.size());
  if (visited == 0) throw Error("INVALID_CONFIG", "order: expected at least one example");
  for (const int32_t index : result.order) {
    if (index < 0 || index >= examples) {
      throw Error("INVALID_CONFIG",
                  "order: index " + std::to_string(index) + " is not in 0 … " + std::to_string(examples - 1));
    }
  }
  const auto steps = static_cast<size_t>((visited + result.batch_size - 1) / result.batch_size);
  if (result.rates.size() != steps * layers) {
    throw Error("INVALID_CONFIG", "rates: expected " + std::to_string(steps) + " steps × " + std::to_string(layers) +
                                      " layers = " + std::to_string(steps * layers) + " rates, found " +
                                      std::to_string(result.rates.size()));
  }
  for (size_t i = 0; i < result.rates.size(); ++i) {
    if (!std::isfinite(result.rates[i]) || result.rates[i] < 0) {
      throw Error("INVALID_CONFIG", "rates: step " + std::to_string(i / layers) + ", layer " +
                                        std::to_string(i % layers) + ": expected a rate of at least 0, found " +
                                        std::to_string(result.rates[i]));
    }
  }
  return result;
}

}  // namespace layer_rotation
