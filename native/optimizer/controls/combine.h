#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "../../device/host_device.h"
#include "../../device/sum.h"
#include "../optimizer_spec.h"
#include "layca.h"

namespace layer_rotation {

/// Sums over the gradient g, before weight decay, and the weights w of a layer or a neuron.
struct GradientSums {
  double squared_gradient = 0;
  double gradient_dot_weight = 0;
  double squared_weight = 0;

  LAYER_ROTATION_HOST_DEVICE GradientSums& operator+=(const GradientSums& other) { return kernel::add(*this, other); }
};

/// Whether what multiplies the gradient depends on gradient and weights as a whole.
LAYER_ROTATION_HOST_DEVICE inline bool scales_gradient(const RuleSpec& rule) {
  return rule.type == RuleSpec::Type::kNormalizedSgd || rule.type == RuleSpec::Type::kEffectiveSgd;
}
LAYER_ROTATION_HOST_DEVICE inline bool scales_gradient(const ControlSpec& control) {
  return control.type == ControlSpec::Type::kLars;
}

/// What g + decay·w is multiplied by before the rule sees it: by a control (LARS), then by the rule itself (normalised
/// SGD, SGD with effective learning rate).
LAYER_ROTATION_HOST_DEVICE inline double control_gradient_scale(const ControlSpec& control, const GradientSums& sums,
                                                                double rate, double decay) {
  if (!scales_gradient(control)) return 1;
  const double weight = std::sqrt(sums.squared_weight), gradient = std::sqrt(sums.squared_gradient);
  if (weight == 0 || gradient == 0) return 1;
  const double trust = control.trust_coefficient * weight / (gradient + decay * weight + control.epsilon);
  if (!control.clip) return trust;
  return rate == 0 ? 1 : std::min(trust / rate, 1.0);
}
LAYER_ROTATION_HOST_DEVICE inline double rule_gradient_scale(const RuleSpec& rule, const GradientSums& sums,
                                                             double rate, double decay, double control_scale) {
  if (rule.type == RuleSpec::Type::kEffectiveSgd) return sums.squared_weight;
  if (rule.type != RuleSpec::Type::kNormalizedSgd) return 1;
  const double squared =
      sums.squared_gradient + 2 * decay * sums.gradient_dot_weight + decay * decay * sums.squared_weight;
  const double norm = control_scale * std::sqrt(std::max(0.0, squared));
  return rate * norm <= rotation::kSmallestUpdate ? 0 : 1 / norm;
}

/// Hyperball: as Layca, without the projection. The update is scaled to the weights' norm, applied with `rate`, and the
/// result gets the norm `norm`.
LAYER_ROTATION_HOST_DEVICE inline rotation::Combination fixed_norm(const rotation::Projection& sums, double rate,
                                                                   double norm) {
  const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
  if (c <= rotation::kSmallestUpdate * rotation::kSmallestUpdate || b == 0) return {1, 0};
  const double step = rate * std::sqrt(b / c);
  const double restore = norm / std::sqrt(b + 2 * step * a + step * step * c);
  return {restore, step * restore};
}

/// An exponential running mean from 0, and how much of that 0 is left in it.
struct RunningMean {
  double value = 0;
  double unseen = 1;
};

/// The rotational variant of Kosson et al. (arXiv 2305.17212, algorithm 1): the tangential part of the update, divided
/// by the root of its running mean square, so that atan(rate) is the average angle. The mean is of updates without
/// their rate, as in the authors' code, so that the angle follows the rate at once. A step without a tangential part,
/// or of rate 0, leaves the weights.
LAYER_ROTATION_HOST_DEVICE inline rotation::Combination rotational(const rotation::Projection& sums, double rate,
                                                                   double norm, double decay, RunningMean& mean) {
  const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
  if (b == 0 || rate == 0) return {1, 0};
  const double tangential = c - a * a / b;
  const bool none = tangential <= rotation::smallest_squared_tangential(c);
  mean.value = decay * mean.value + (1 - decay) * (none ? 0 : tangential / (rate * rate));
  mean.unseen *= decay;
  if (none) return {1, 0};
  const double factor = norm / std::sqrt(mean.value / (1 - mean.unseen));
  const double restore = norm / std::sqrt(b + factor * factor * tangential);
  return {(1 - factor * a / b) * restore, factor * restore};
}

/// |cos| of the angle between gradient and weights.
LAYER_ROTATION_HOST_DEVICE inline double alignment(const GradientSums& sums) {
  const double norms = std::sqrt(sums.squared_gradient * sums.squared_weight);
  return norms == 0 ? 0 : std::abs(sums.gradient_dot_weight) / norms;
}

/// SGDP and AdamP (Heo et al., arXiv 2006.08217): where the gradient is nearly orthogonal to every neuron's weights,
/// the update loses its part along each neuron's weights; else, where it is nearly so to the layer's, its part along
/// those; else it stays. What is lost is also the larger part of the decoupled decay. The sums and the result: one a
/// neuron, of `neuron_size` weights. `shrink`: rate times decoupled decay.
LAYER_ROTATION_HOST_DEVICE inline void projected(const ControlSpec& control, const GradientSums* gradients,
                                                 const rotation::Projection* updates, int64_t neurons,
                                                 int64_t neuron_size, double shrink,
                                                 rotation::Combination* combinations) {
  double largest = 0;
  GradientSums layer_gradient;
  rotation::Projection layer_update;
  for (int64_t i = 0; i < neurons; ++i) {
    largest = std::max(largest, alignment(gradients[i]));
    layer_gradient += gradients[i];
    layer_update += updates[i];
  }
  const auto size = static_cast<double>(neuron_size);
  const bool by_neuron = largest < control.delta / std::sqrt(size);
  const bool by_layer =
      !by_neuron && alignment(layer_gradient) < control.delta / std::sqrt(size * static_cast<double>(neurons));
  const double kept = 1 - shrink * (by_neuron || by_layer ? control.decay_ratio : 1);
  for (int64_t i = 0; i < neurons; ++i) {
    const rotation::Projection& sums = by_neuron ? updates[i] : layer_update;
    const bool along = (by_neuron || by_layer) && sums.squared_weight > 0;
    combinations[i] = {kept - (along ? sums.update_dot_weight / sums.squared_weight : 0), 1};
  }
}

}  // namespace layer_rotation
