#include "request_arguments.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../error.h"
#include "data_arguments.h"
#include "spec_arguments.h"

namespace layer_rotation {
namespace {

std::vector<int32_t> read_batch_sizes(const Argument& sizes, int64_t images) {
  std::vector<int32_t> batch_sizes = sizes.int32_array();
  int64_t sum = 0;
  for (size_t step = 0; step < batch_sizes.size(); ++step) {
    if (batch_sizes[step] < 1) {
      throw Error("INVALID_CONFIG", sizes.path() + ": step " + std::to_string(step) +
                                        ": expected at least 1 image, found " + std::to_string(batch_sizes[step]));
    }
    sum += batch_sizes[step];
  }
  if (sum != images) {
    throw Error("INVALID_CONFIG", sizes.path() + ": expected " + std::to_string(images) +
                                      " images in all, the length of order, found " + std::to_string(sum));
  }
  return batch_sizes;
}

RecordRequest read_record(const Argument& record, int64_t steps) {
  RecordRequest result;
  const Argument given = record["steps"];
  result.steps = given.int32_array();
  int64_t least = 0;
  for (const int32_t step : result.steps) {
    if (step < least || step >= steps) {
      throw Error("INVALID_CONFIG", given.path() + ": expected ascending steps of 0 … " + std::to_string(steps - 1) +
                                        ", found " + std::to_string(step));
    }
    least = int64_t{step} + 1;
  }
  result.neurons = record["neurons"].boolean();
  result.spectral = record["spectral"].boolean();
  for (const Argument& name : record["references"].elements()) result.references.push_back(name.string());
  return result;
}

AverageRequest read_average(const Argument& average, int64_t steps) {
  if (average.is_nullish()) return {};
  AverageRequest result{average["steps"].int32_array(), average["weights"].float64_array()};
  int64_t least = 0;
  for (const int32_t step : result.steps) {
    if (step < least || step >= steps) {
      throw Error("INVALID_CONFIG", average["steps"].path() + ": expected ascending steps of 0 … " +
                                        std::to_string(steps - 1) + ", found " + std::to_string(step));
    }
    least = int64_t{step} + 1;
  }
  const auto is_weight = [](double weight) { return weight > 0 && weight <= 1; };
  if (result.weights.size() != result.steps.size() ||
      !std::all_of(result.weights.begin(), result.weights.end(), is_weight)) {
    average["weights"].fail("a number above 0 and at most 1 for each step");
  }
  return result;
}

}  // namespace

BatchPlan read_batch_plan(const Argument& plan, int64_t examples) {
  BatchPlan result;
  result.order = read_indices(plan["order"], examples);
  result.batch_sizes = read_batch_sizes(plan["batchSizes"], static_cast<int64_t>(result.order.size()));
  result.augmentation_key =
      static_cast<uint32_t>(plan["augmentationKey"].integer(0, std::numeric_limits<uint32_t>::max()));
  return result;
}

EpochRequest read_epoch_request(const Argument& request, size_t layers, int64_t examples) {
  EpochRequest result;
  result.batches = read_batch_plan(request, examples);
  result.rates = request["rates"].float64_array();
  const size_t steps = result.batches.batch_sizes.size();
  result.record = read_record(request["record"], static_cast<int64_t>(steps));
  result.average = read_average(request["average"], static_cast<int64_t>(steps));
  if (result.rates.size() != steps * layers) {
    throw Error("INVALID_CONFIG", "rates: expected " + std::to_string(steps) + " steps × " + std::to_string(layers) +
                                      " layers = " + std::to_string(steps * layers) + " rates, found " +
                                      std::to_string(result.rates.size()));
  }
  if (const Argument sums = request["sums"]; !sums.is_nullish()) {
    result.sums = {sums["loss"].number(), sums["hits"].integer(0), sums["examples"].integer(0)};
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

TrainingState read_training_state(const Argument& state) {
  return {read_tensors(state["tensors"]), state["steps"].integer(0), state["runningMeans"].float64_array()};
}

}  // namespace layer_rotation
