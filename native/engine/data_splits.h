#pragma once

#include <cstdint>
#include <vector>

#include "../data/augmentation.h"
#include "../data/image_sequence.h"
#include "../data/images.h"
#include "epoch_request.h"
#include "trainer_spec.h"

namespace layer_rotation {

/// kTrain excludes the validation images.
enum class Split { kTrain, kValidation, kTest };

/// A trainer's images on its device. The validation images are part of the training data.
class DataSplits {
 public:
  DataSplits(const SplitData& train, const std::vector<int32_t>& validation, const SplitData& test, at::Device device,
             Backend backend);

  /// All training images, those that validate included.
  const Images& train() const { return train_; }
  /// The training images of an epoch, augmented.
  ImageSequence training(const BatchPlan& batches, const AugmentationSpec& augmentation) const;
  /// The images of a split as they are. Throws Error INVALID_CONFIG if the split is empty.
  ImageSequence evaluation(Split split) const;
  /// Bytes on the device.
  int64_t memory() const { return train_.memory() + test_.memory(); }

 private:
  Images train_;
  std::vector<int32_t> validation_;
  std::vector<int32_t> remaining_;  ///< the other training images, ascending; empty if none validates
  Images test_;
  Backend backend_;
};

}  // namespace layer_rotation
