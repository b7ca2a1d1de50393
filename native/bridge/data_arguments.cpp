#include "data_arguments.h"

#include <ATen/ops/from_blob.h>

#include <cmath>
#include <memory>
#include <optional>

#include "../error.h"
#include "../model/layer_input.h"

namespace layer_rotation {
namespace {

/// Returns a tensor over the memory of `values`, which lives as long as the tensor.
template <class T>
at::Tensor own(std::vector<T> values, std::vector<int64_t> shape, at::ScalarType type) {
  auto held = std::make_shared<std::vector<T>>(std::move(values));
  return at::from_blob(
      held->data(), shape, [held](void*) {}, at::dtype(type));
}

template <class T>
at::Tensor row_of(std::vector<T> values, at::ScalarType type) {
  const auto size = static_cast<int64_t>(values.size());
  return own(std::move(values), {size}, type);
}

void check_labels(const Argument& given, const std::vector<int32_t>& labels, int64_t classes) {
  for (const int32_t label : labels) {
    if (label < 0 || label >= classes) {
      throw Error("INVALID_CONFIG",
                  given.path() + ": label " + std::to_string(label) + " is not in 0 … " + std::to_string(classes - 1));
    }
  }
}

/// Reads windows of `shape` [context] that share their ends.
SplitData read_windows(const Argument& split, const Shape& shape, int64_t classes) {
  if (shape.size() != 1)
    throw Error("INVALID_CONFIG", "inputShape: expected [context] for tokens, found " + show(shape));
  std::vector<int32_t> tokens = split["tokens"].int32_array();
  check_labels(split["tokens"], tokens, classes);
  const auto count = static_cast<int64_t>(tokens.size());
  const int64_t context = shape.front(), windows = (count - 1) / context;
  if (windows < 1 || windows * context + 1 != count) {
    throw Error("INVALID_CONFIG", split.path() + ": " + std::to_string(count) + " tokens; expected a multiple of " +
                                      std::to_string(context) + " and one more");
  }
  return {own(std::move(tokens), {count}, at::kInt), {}, windows};
}

SplitData read_split(const Argument& split, const ExampleSpec& spec) {
  const auto& [input_shape, classes, are_tokens, are_floats] = spec;
  if (are_tokens) return read_windows(split, input_shape, classes);
  const at::Tensor pixels = are_floats ? row_of(split["images"].float32_array(), at::kFloat)
                                       : row_of(split["images"].uint8_array(), at::kByte);
  std::vector<int32_t> labels = split["labels"].int32_array();
  if (labels.empty()) throw Error("INVALID_CONFIG", split.path() + ": expected at least one example, found none");
  check_labels(split["labels"], labels, classes);
  const std::optional<int64_t> size = size_of(input_shape);
  if (!size) throw Error("INVALID_CONFIG", "inputShape: expected fewer than 2⁶³ values, found " + show(input_shape));
  const int64_t per_image = *size;
  const auto values = pixels.numel(), examples = static_cast<int64_t>(labels.size());
  if (values % per_image != 0 || values / per_image != examples) {
    throw Error("INVALID_CONFIG", split.path() + ": " + std::to_string(values) + (are_floats ? " values" : " bytes") +
                                      " of images for " + std::to_string(examples) + " labels; expected " +
                                      std::to_string(per_image) + (are_floats ? " values" : " bytes") + " each");
  }
  Shape shape = input_shape;
  shape.insert(shape.begin(), examples);
  return {pixels.view(shape), own(std::move(labels), {examples}, at::kInt), examples};
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
                                      std::to_string(channels) + " of each, one per channel; found " +
                                      std::to_string(means) + " and " + std::to_string(spec.deviation.size()));
  }
  for (size_t i = 0; i < spec.mean.size(); ++i) {
    const double mean = spec.mean[i], deviation = spec.deviation[i];
    // The normalisation computes in fp32, so both must be finite and in range there.
    const auto as_fp32 = [](double x) { return static_cast<float>(x); };
    if (!std::isfinite(as_fp32(mean)) || !std::isfinite(as_fp32(deviation)) || !(as_fp32(deviation) > 0)) {
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
      throw Error("INVALID_CONFIG",
                  indices.path() + ": expected different indices, found " + std::to_string(index) + " twice");
    }
    seen[index] = true;
  }
  if (!validation.empty() && static_cast<int64_t>(validation.size()) == examples) {
    throw Error("INVALID_CONFIG", indices.path() + ": expected fewer than all " + std::to_string(examples) +
                                      " training examples, so that some are left to train on");
  }
  return validation;
}

}  // namespace

void read_data(const Argument& data, TrainerSpec& spec) {
  spec.examples.are_tokens = !data["train"]["tokens"].is_nullish();
  spec.examples.are_floats = data["train"]["images"].is_float32_array();
  spec.normalization =
      spec.examples.are_tokens ? NormalizationSpec{{0}, {1}} : read_normalization(data, spec.examples.shape);
  spec.train = read_split(data["train"], spec.examples);
  spec.validation = read_validation(data["validation"], spec.train.examples);
  spec.test = read_split(data["test"], spec.examples);
}

std::vector<int32_t> read_indices(const Argument& indices, int64_t size) {
  std::vector<int32_t> values = indices.int32_array();
  if (values.empty()) throw Error("INVALID_CONFIG", indices.path() + ": expected at least one example, found none");
  check_range(indices, values, size);
  return values;
}

}  // namespace layer_rotation
