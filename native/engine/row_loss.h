#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

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

/// The label of an example.
struct OneLabel {
  int64_t label;

  /// Calls `f(label, share)` for each label; the shares are their parts of the target and add up to 1.
  template <class F>
  LAYER_ROTATION_HOST_DEVICE void for_each(F f) const {
    f(label, 1.0);
  }
  /// Returns the part of the target that a class has.
  LAYER_ROTATION_HOST_DEVICE float share_of(int64_t c, float whole) const { return c == label ? whole : 0; }
};

/// The labels of an example that is mixed from two.
struct TwoLabels {
  int64_t label;
  int64_t other;
  double share;  ///< the part of `label`, 0 … 1; the rest is of `other`

  template <class F>
  LAYER_ROTATION_HOST_DEVICE void for_each(F f) const {
    f(label, share);
    f(other, 1 - share);
  }
  LAYER_ROTATION_HOST_DEVICE float share_of(int64_t c, float whole) const {
    const float at_label = c == label ? static_cast<float>(share) * whole : 0;
    return c == other ? at_label + static_cast<float>(1 - share) * whole : at_label;
  }
};

/// The loss of an example, and its hits: 1 or 0, or the sum of the shares of those of its two labels that hit.
struct RowLoss {
  double loss;
  double hits;       ///< the label has the largest logit
  double top5_hits;  ///< the label has one of the kTop largest
};

/// A row's only lane, where a single thread has the row to itself. kernel::Warp describes what these functions do.
struct OneLane {
  static constexpr int kLanes = 1;

  template <class F>
  void for_each_lane(F f) const {
    f(0);
  }
  template <class F>
  auto sum(F f) const {
    return f(0);
  }
  template <class F>
  auto largest(F f) const {
    return f(0);
  }
};

/// The loss of one example, and its gradient unless that is null, in the logits' precision. `exponentials` [classes] is
/// scratch memory for logits in fp32, and may be the gradient; for others they are computed twice. The lanes take the
/// classes in turn.
template <class Lanes, class Value, class Labels>
LAYER_ROTATION_HOST_DEVICE inline RowLoss row_loss(const Lanes& lanes, const LossSpec& spec, const Value* logits,
                                                   int64_t classes, const Labels& labels, double examples,
                                                   float* exponentials, Value* gradient) {
  constexpr int kLanes = Lanes::kLanes;
  constexpr bool kKept = std::is_same_v<Value, float>;
  const auto x = [&](int64_t c) { return static_cast<float>(logits[c]); };
  const float largest = lanes.largest([&](int lane) {
    float largest = x(0);
    for (int64_t c = lane; c < classes; c += kLanes) largest = x(c) > largest ? x(c) : largest;
    return largest;
  });
  const double sum = lanes.sum([&](int lane) {
    double sum = 0;
    for (int64_t c = lane; c < classes; c += kLanes) {
      const float exponential = std::exp(x(c) - largest);
      if constexpr (kKept) exponentials[c] = exponential;
      sum += exponential;
    }
    return sum;
  });
  double hits = 0, top5_hits = 0, label_logit = 0;
  labels.for_each([&](int64_t label, double share) {
    const int64_t rank = lanes.sum([&](int lane) {
      int rank = 0;
      // The negation makes a NaN logit count as larger than any other.
      for (int64_t c = lane; c < classes; c += kLanes) rank += !(x(c) < x(label) || (x(c) == x(label) && c >= label));
      return rank;
    });
    hits += rank == 0 ? share : 0;
    top5_hits += rank < kTop ? share : 0;
    label_logit += share * (static_cast<double>(x(label)) - largest);
  });
  const auto [at_label, everywhere] = targets(spec, classes);
  double loss = std::log(sum) - at_label * label_logit;
  if (everywhere > 0) {
    loss -= everywhere * lanes.sum([&](int lane) {
      double sum_of_logits = 0;
      for (int64_t c = lane; c < classes; c += kLanes) sum_of_logits += static_cast<double>(x(c)) - largest;
      return sum_of_logits;
    });
  }
  const bool clipped =
      spec.type == LossSpec::Type::kKerasCrossEntropy && (loss < kSmallestKerasLoss || loss > kLargestKerasLoss);
  if (gradient != nullptr) {
    const auto share = static_cast<float>(1 / (sum * examples));
    const auto elsewhere = static_cast<float>(everywhere / examples);
    const auto more_at_labels = static_cast<float>(at_label / examples);
    lanes.for_each_lane([&](int lane) {
      for (int64_t c = lane; c < classes; c += kLanes) {
        float exponential;
        if constexpr (kKept) {
          exponential = exponentials[c];
        } else {
          exponential = std::exp(x(c) - largest);
        }
        const float of_others = exponential * share - elsewhere;
        const float of_logit = of_others - labels.share_of(c, more_at_labels);
        gradient[c] = static_cast<Value>(clipped ? 0 : of_logit);
      }
    });
  }
  if (clipped) loss = loss < kSmallestKerasLoss ? kSmallestKerasLoss : kLargestKerasLoss;
  return {loss, hits, top5_hits};
}

}  // namespace layer_rotation
