#pragma once

#include <optional>

#include "../data/example_sequence.h"
#include "epoch_request.h"
#include "loss.h"
#include "stepper.h"

namespace layer_rotation {

/// A part of a training batch as network and loss take it.
struct TrainingPart {
  NetworkInput input;
  BatchLabels labels;
};

/// The training examples of a plan, augmented, erased and mixed. The plan must outlive this object.
class TrainingInput {
 public:
  TrainingInput(const StepParts& parts, const BatchPlan& plan);

  int64_t size() const { return images_.size(); }
  /// Returns the examples with the places begin … end-1 in the plan's order, all of the plan's step `step`.
  TrainingPart part(int64_t begin, int64_t end, int64_t step) const;

 private:
  /// Returns images normalised and erased. `indices` and `boxes` are those of the plan for their first place.
  at::Tensor normalized(const Batch& batch, const int32_t* indices, const Box* boxes) const;

  StepParts parts_;
  const BatchPlan& plan_;
  Augmentation augmentation_;
  ExampleSequence images_;
  std::optional<ExampleSequence> partners_;
};

}  // namespace layer_rotation
