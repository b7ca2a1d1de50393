#pragma once

#include <cstdint>
#include <vector>

#include "../data/augmentation.h"
#include "../data/example_sequence.h"
#include "../data/examples.h"
#include "epoch_request.h"
#include "trainer_spec.h"

namespace layer_rotation {

/// kTrain excludes the examples that validate.
enum class Split { kTrain, kValidation, kTest };

/// A trainer's examples on its device. Those that validate are part of the training data.
class DataSplits {
 public:
  DataSplits(const SplitData& train, const std::vector<int32_t>& validation, const SplitData& test, at::Device device,
             Backend backend);

  /// All training examples, those that validate included.
  const Examples& train() const { return train_; }
  /// The examples of a split as they are. Throws Error INVALID_CONFIG if the split is empty. Unless `chosen` is empty,
  /// only the examples at these indices into the test data, or else into the training data; it must outlive the result.
  ExampleSequence evaluation(Split split, const std::vector<int32_t>& chosen) const;
  /// Bytes on the device.
  int64_t memory() const { return train_.memory() + test_.memory(); }

 private:
  Examples train_;
  std::vector<int32_t> validation_;
  std::vector<int32_t> remaining_;  ///< the other training examples, ascending; empty if none validates
  Examples test_;
  Backend backend_;
};

}  // namespace layer_rotation
