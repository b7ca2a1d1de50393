#pragma once

#include <cmath>
#include <cstdint>

#include "../../device/host_device.h"
#include "../optimizer_spec.h"
#include "rules.h"

namespace layer_rotation {

/// The arithmetic that a rule needs, and how many fp32 numbers a parameter it keeps.
rules::Kind rule_kind(const RuleSpec& rule);
int state_count(rules::Kind kind);

namespace step_coefficients {

LAYER_ROTATION_HOST_DEVICE inline rules::Coefficients sgd(const RuleSpec& rule, double rate, int64_t step) {
  rules::Coefficients c;
  c.momentum = rule.momentum;
  if (rule.momentum == 0) {
    c.gradient_factor = -rate;
  } else if (rule.rate_in_velocity) {
    // The velocity is what was added last.
    c.gain = -rate * (1 - rule.dampening);
    c.factor = rule.nesterov ? c.momentum : 1;
    c.gradient_factor = rule.nesterov ? -rate : 0;
  } else {
    // PyTorch's velocity begins with the first gradient itself.
    c.gain = step == 1 ? 1 : 1 - rule.dampening;
    c.factor = rule.nesterov ? -rate * rule.momentum : -rate;
    c.gradient_factor = rule.nesterov ? -rate : 0;
  }
  return c;
}

LAYER_ROTATION_HOST_DEVICE inline rules::Coefficients sgd_adam_momentum(const RuleSpec& rule, double rate) {
  rules::Coefficients c;
  c.momentum = rule.momentum;
  c.gain = 1 - rule.momentum;
  c.factor = -rate;
  return c;
}

LAYER_ROTATION_HOST_DEVICE inline rules::Coefficients adam(const RuleSpec& rule, double rate, int64_t step) {
  const double first = 1 - std::pow(rule.beta1, static_cast<double>(step)),
               second = std::sqrt(1 - std::pow(rule.beta2, static_cast<double>(step)));
  rules::Coefficients c;
  c.momentum = rule.beta1;
  c.gain = 1 - rule.beta1;
  c.squared_decay = rule.beta2;
  c.squared_gain = 1 - rule.beta2;
  c.factor = rule.epsilon_hat ? -rate * second / first : -rate / first;
  c.correction = rule.epsilon_hat ? 1 : 1 / second;
  c.epsilon = rule.epsilon;
  return c;
}

LAYER_ROTATION_HOST_DEVICE inline rules::Coefficients squared(const RuleSpec& rule, double rate, double decay,
                                                              double gain) {
  rules::Coefficients c;
  c.squared_decay = decay;
  c.squared_gain = gain;
  c.gradient_factor = -rate;
  c.epsilon = rule.epsilon;
  return c;
}

}  // namespace step_coefficients

/// The constants of `rule` at learning rate `rate` in its `step`-th step, counted from 1.
LAYER_ROTATION_HOST_DEVICE inline rules::Coefficients rule_coefficients(const RuleSpec& rule, double rate,
                                                                        int64_t step) {
  using Type = RuleSpec::Type;
  switch (rule.type) {
    case Type::kSgdAdamMomentum: return step_coefficients::sgd_adam_momentum(rule, rate);
    case Type::kAdam: return step_coefficients::adam(rule, rate, step);
    case Type::kRmsprop: return step_coefficients::squared(rule, rate, rule.beta2, 1 - rule.beta2);
    case Type::kAdagrad: return step_coefficients::squared(rule, rate, 1, 1);
    case Type::kSgd:
    case Type::kNormalizedSgd:
    case Type::kEffectiveSgd: break;
  }
  return step_coefficients::sgd(rule, rate, step);
}

}  // namespace layer_rotation
