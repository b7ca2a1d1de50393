#include "data_splits.h"

#include "../error.h"

namespace layer_rotation {
namespace {

/// The indices 0 … size-1 that are not in `taken`, ascending; empty if `taken` is empty.
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

Examples examples_of(const SplitData& split, at::Device device) {
  if (split.labels.defined()) return {split.inputs, split.labels, device};
  return {split.inputs, (split.inputs.numel() - 1) / split.examples, device};
}

}  // namespace

DataSplits::DataSplits(const SplitData& train, const std::vector<int32_t>& validation, const SplitData& test,
                       at::Device device, Backend backend)
    : train_(examples_of(train, device)),
      validation_(validation),
      remaining_(complement(validation, train_.size())),
      test_(examples_of(test, device)),
      backend_(backend) {}

ExampleSequence DataSplits::evaluation(Split split, const std::vector<int32_t>& chosen) const {
  if (!chosen.empty()) {
    return ExampleSequence(split == Split::kTest ? test_ : train_, chosen, Augmentation(), backend_);
  }
  if (split == Split::kTest) return ExampleSequence(test_);
  if (split == Split::kValidation) {
    if (validation_.empty()) throw Error("INVALID_CONFIG", "split: there are no validation images to evaluate");
    return ExampleSequence(train_, validation_, Augmentation(), backend_);
  }
  return validation_.empty() ? ExampleSequence(train_) : ExampleSequence(train_, remaining_, Augmentation(), backend_);
}

}  // namespace layer_rotation
