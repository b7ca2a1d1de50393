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

/// Reads `count` boxes, [count][4]: top, bottom, left and right. @param each what has a box, for errors
std::vector<Box> read_boxes(const Argument& given, size_t count, const char* each, const Shape& shape) {
  if (shape.size() != 3) {
    throw Error("INVALID_CONFIG",
                given.path() + ": expected images of shape [channels, height, width], found " + show(shape));
  }
  const std::vector<int32_t> sides = given.int32_array();
  if (sides.size() != 4 * count) given.fail("four numbers for each " + std::string(each));
  std::vector<Box> boxes;
  for (size_t i = 0; i < sides.size(); i += 4) {
    const Box box{sides[i], sides[i + 1], sides[i + 2], sides[i + 3]};
    const auto is_range = [](int32_t begin, int32_t end, int64_t size) {
      return 0 <= begin && begin <= end && end <= size;
    };
    if (!is_range(box.top, box.bottom, shape[1]) || !is_range(box.left, box.right, shape[2])) {
      given.fail("boxes inside of images of shape " + show(shape));
    }
    boxes.push_back(box);
  }
  return boxes;
}

std::vector<Box> read_erased(const Argument& given, size_t images, const Shape& shape) {
  return given.is_nullish() ? std::vector<Box>() : read_boxes(given, images, "image of order", shape);
}

Mixing read_mixing(const Argument& mixing, const BatchPlan& plan, int64_t examples, const Shape& shape) {
  if (mixing.is_nullish()) return {};
  if (shape.size() != 3) {
    throw Error("INVALID_CONFIG",
                mixing.path() + ": expected images of shape [channels, height, width], found " + show(shape));
  }
  Mixing result{read_indices(mixing["partners"], examples), {}};
  if (result.partners.size() != plan.order.size()) mixing["partners"].fail("a partner for each image of order");
  const size_t steps = plan.batch_sizes.size();
  const std::vector<double> shares = mixing["shares"].float64_array();
  const auto is_share = [](double share) { return share >= 0 && share <= 1; };
  if (shares.size() != steps || !std::all_of(shares.begin(), shares.end(), is_share)) {
    mixing["shares"].fail("a number of 0 … 1 for each step");
  }
  const std::vector<Box> boxes = read_boxes(mixing["boxes"], steps, "step", shape);
  for (size_t step = 0; step < steps; ++step) result.mixes.push_back({shares[step], boxes[step]});
  result.erased = read_erased(mixing["erased"], plan.order.size(), shape);
  return result;
}

}  // namespace

BatchPlan read_batch_plan(const Argument& plan, int64_t examples, const Shape& shape) {
  BatchPlan result;
  result.order = read_indices(plan["order"], examples);
  result.batch_sizes = read_batch_sizes(plan["batchSizes"], static_cast<int64_t>(result.order.size()));
  result.augmentation_key =
      static_cast<uint32_t>(plan["augmentationKey"].integer(0, std::numeric_limits<uint32_t>::max()));
  result.erased = read_erased(plan["erased"], result.order.size(), shape);
  result.mixing = read_mixing(plan["mixing"], result, examples, shape);
  return result;
}

EpochRequest read_epoch_request(const Argument& request, size_t layers, int64_t examples, const Shape& shape) {
  EpochRequest result;
  result.batches = read_batch_plan(request, examples, shape);
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
    result.sums = {sums["loss"].number(), sums["hits"].at_least_zero(), sums["examples"].integer(0)};
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
