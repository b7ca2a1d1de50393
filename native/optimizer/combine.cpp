#include "combine.h"

#include <algorithm>
#include <cmath>

namespace layer_rotation {

using rotation::Combination;
using rotation::Projection;

bool scales_gradient(const RuleSpec& rule) {
  return rule.type == RuleSpec::Type::kNormalizedSgd || rule.type == RuleSpec::Type::kEffectiveSgd;
}

bool scales_gradient(const ControlSpec& control) { return control.type == ControlSpec::Type::kLars; }

double control_gradient_scale(const ControlSpec& control, const GradientSums& sums, double rate, double decay) {
  if (!scales_gradient(control)) return 1;
  const double weight = std::sqrt(sums.squared_weight), gradient = std::sqrt(sums.squared_gradient);
  if (weight == 0 || gradient == 0) return 1;
  const double trust = control.trust_coefficient * weight / (gradient + decay * weight + control.epsilon);
  if (!control.clip) return trust;
  return rate == 0 ? 1 : std::min(trust / rate, 1.0);
}

double rule_gradient_scale(const RuleSpec& rule, const GradientSums& sums, double rate, double decay,
                           double control_scale) {
  if (rule.type == RuleSpec::Type::kEffectiveSgd) return sums.squared_weight;
  if (rule.type != RuleSpec::Type::kNormalizedSgd) return 1;
  const double squared =
      sums.squared_gradient + 2 * decay * sums.gradient_dot_weight + decay * decay * sums.squared_weight;
  const double norm = control_scale * std::sqrt(std::max(0.0, squared));
  return rate * norm <= rotation::kSmallestUpdate ? 0 : 1 / norm;
}

Combination fixed_norm(const Projection& sums, double rate, double norm) {
  const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
  if (c <= rotation::kSmallestUpdate * rotation::kSmallestUpdate || b == 0) return {1, 0};
  const double step = rate * std::sqrt(b / c);
  const double restore = norm / std::sqrt(b + 2 * step * a + step * step * c);
  return {restore, step * restore};
}

Combination rotational(const Projection& sums, double rate, double norm, double decay, RunningMean& mean) {
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

namespace {

/// |cos| of the angle between gradient and weights.
double alignment(const GradientSums& sums) {
  const double norms = std::sqrt(sums.squared_gradient * sums.squared_weight);
  return norms == 0 ? 0 : std::abs(sums.gradient_dot_weight) / norms;
}

}  // namespace

void projected(const ControlSpec& control, const GradientSums* gradients, const Projection* updates, int64_t neurons,
               int64_t neuron_size, double shrink, Combination* combinations) {
  double largest = 0;
  GradientSums layer_gradient;
  Projection layer_update;
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
    const Projection& sums = by_neuron ? updates[i] : layer_update;
    const bool along = (by_neuron || by_layer) && sums.squared_weight > 0;
    combinations[i] = {kept - (along ? sums.update_dot_weight / sums.squared_weight : 0), 1};
  }
}

}  // namespace layer_rotation
