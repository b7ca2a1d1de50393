#pragma once

#include <cmath>
#include <cstdint>

#include "../device/host_device.h"
#include "loss_spec.h"

namespace layer_rotation {

/// The range of losses that Keras does not clip: those of the probabilities 1 − 1e-7 and 1e-7.
constexpr double kSmallestKerasLoss = 1.0000000500000033e-7;
constexpr double kLargestKerasLoss = 16.11809565095832;

constexpr int64_t kTop = 5;

/// The target probabilities of one example, which the gradient subtracts from the softmax.
struct Targets {
  double label;       ///< the excess of the label over any other class
  double everywhere;  ///< what every class has
};

LAYER_ROTATION_HOST_DEVICE inline Targets targets(const LossSpec& spec, int64_t classes) {
  return {1 - spec.label_smoothing, spec.label_smoothing / static_cast<double>(classes)};
}

struct RowLoss {
  double loss;
  int64_t rank;  ///< number of logits that are larger than the label's
};

/// The loss of one example, and its gradient unless that is null. `exponentials` [classes] is scratch memory and may be
/// the gradient.
LAYER_ROTATION_HOST_DEVICE inline RowLoss row_loss(const LossSpec& spec, const float* x, int64_t classes, int64_t label,
                                                   double examples, float* exponentials, float* gradient) {
  float largest = x[0];
  for (int64_t c = 1; c < classes; ++c) largest = x[c] > largest ? x[c] : largest;
  double sum = 0, logits = 0;
  int64_t rank = 0;
  for (int64_t c = 0; c < classes; ++c) {
    sum += exponentials[c] = std::exp(x[c] - largest);
    // The negation makes a NaN logit count as larger than any other.
    rank += !(x[c] < x[label] || (x[c] == x[label] && c >= label));
  }
  const auto [at_label, everywhere] = targets(spec, classes);
  const double log_sum = std::log(sum), label_logit = static_cast<double>(x[label]) - largest;
  double loss = log_sum - at_label * label_logit;
  if (everywhere > 0) {
    for (int64_t c = 0; c < classes; ++c) logits += static_cast<double>(x[c]) - largest;
    loss -= everywhere * logits;
  }
  if (spec.type == LossSpec::Type::kKerasCrossEntropy && (loss < kSmallestKerasLoss || loss > kLargestKerasLoss)) {
    for (int64_t c = 0; gradient != nullptr && c < classes; ++c) gradient[c] = 0;
    return {loss < kSmallestKerasLoss ? kSmallestKerasLoss : kLargestKerasLoss, rank};
  }
  if (gradient != nullptr) {
    const auto share = static_cast<float>(1 / (sum * examples));
    const auto elsewhere = static_cast<float>(everywhere / examples);
    for (int64_t c = 0; c < classes; ++c) gradient[c] = exponentials[c] * share - elsewhere;
    gradient[label] -= static_cast<float>(at_label / examples);
  }
  return {loss, rank};
}

}  // namespace layer_rotation
