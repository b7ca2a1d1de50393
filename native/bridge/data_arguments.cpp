#include "data_arguments.h"

#include <ATen/ops/from_blob.h>

#include <cmath>
#include <functional>
#include <memory>
#include <numeric>

#include "../error.h"

namespace layer_rotation {
namespace {

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

void check_range(const Argument& indices, const std::vector<int32_t>& values, int64_t size) {
  for (const int32_t index : values) {
    if (index < 0 || index >= size) {
      throw Error("INVALID_CONFIG",
                  indices.path() + ": index " + std::to_string(index) + " is not in 0 … " + std::to_string(size - 1));
    }
  }
}

NormalizationSpec read_normalization(const Argument& data, const std::vector<int64_t>& input_shape) {
  NormalizationSpec spec{data["mean"].float64_array(), data["deviation"].float64_array()};
  const int64_t channels = input_shape.size() == 3 ? input_shape[0] : 1;
  const auto means = static_cast<int64_t>(spec.mean.size());
  if (spec.deviation.size() != spec.mean.size() || (means != 1 && means != channels)) {
    throw Error("INVALID_CONFIG", data.path() + ": expected one mean and one deviation, or " +
                                      std::to_string(channels) + " of each, one a channel; found " +
                                      std::to_string(means) + " and " + std::to_string(spec.deviation.size()));
  }
  for (size_t i = 0; i < spec.mean.size(); ++i) {
    const double mean = spec.mean[i], deviation = spec.deviation[i];
    if (!std::isfinite(mean) || !std::isfinite(deviation) || deviation <= 0) {
      throw Error("INVALID_CONFIG", data.path() + ": expected finite means and deviations above 0, found mean " +
                                        std::to_string(mean) + " and deviation " + std::to_string(deviation));
    }
  }
  return spec;
}

std::vector<int32_t> read_validation(const Argument& indices, int64_t examples) {
  std::vector<int32_t> validation = indices.int32_array();
  check_range(indices, validation, examples);
  std::vector<bool> seen(examples);
  for (const int32_t index : validation) {
    if (seen[index]) {
      throw Error("INVALID_CONFIG", indices.path() + ": index " + std::to_string(index) + " is there twice");
    }
    seen[index] = true;
  }
  if (!validation.empty() && static_cast<int64_t>(validation.size()) == examples) {
    throw Error("INVALID_CONFIG", indices.path() + ": all " + std::to_string(examples) +
                                      " training images validate; expected some to train on");
  }
  return validation;
}

}  // namespace

void read_data(const Argument& data, TrainerSpec& spec) {
  spec.normalization = read_normalization(data, spec.input_shape);
  spec.train = read_split(data["train"], spec.input_shape);
  spec.validation = read_validation(data["validation"], spec.train.labels.size(0));
  spec.test = read_split(data["test"], spec.input_shape);
}

std::vector<int32_t> read_indices(const Argument& indices, int64_t size) {
  std::vector<int32_t> values = indices.int32_array();
  if (values.empty()) throw Error("INVALID_CONFIG", indices.path() + ": expected at least one example");
  check_range(indices, values, size);
  return values;
}

}  // namespace layer_rotation
