#pragma once

#include <cstdint>
#include <vector>

#include "../engine/epoch_request.h"
#include "../engine/named_tensor.h"
#include "../engine/stepper.h"

namespace layer_rotation {

enum class Mode { kTrain, kEvaluate };

/// The outputs and gradients of a network for one batch.
struct ProbeResult {
  std::vector<float> logits;  ///< [batch][classes]
  double loss;
  std::vector<NamedTensor> gradients;  ///< of the parameters that are trained; empty in evaluation mode
};

/// Runs one batch of training examples, without augmentation, through a trainer's network, and updates no weights.
/// Training mode takes gradients and updates running statistics.
ProbeResult probe(const StepParts& parts, const std::vector<int32_t>& indices, Mode mode);

/// Nanoseconds that it takes to make the network's input from each batch of images: to gather, augment and normalise
/// it.
std::vector<double> time_input(const StepParts& parts, const BatchPlan& batches);

}  // namespace layer_rotation
