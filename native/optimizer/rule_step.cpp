#include "rule_step.h"

#include <cmath>

namespace layer_rotation {
namespace {

using rules::Coefficients;

Coefficients sgd(const RuleSpec& rule, double rate, int64_t step) {
  Coefficients c;
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

Coefficients sgd_adam_momentum(const RuleSpec& rule, double rate) {
  Coefficients c;
  c.momentum = rule.momentum;
  c.gain = 1 - rule.momentum;
  c.factor = -rate;
  return c;
}

Coefficients adam(const RuleSpec& rule, double rate, int64_t step) {
  const double first = 1 - std::pow(rule.beta1, step), second = std::sqrt(1 - std::pow(rule.beta2, step));
  Coefficients c;
  c.momentum = rule.beta1;
  c.gain = 1 - rule.beta1;
  c.squared_decay = rule.beta2;
  c.squared_gain = 1 - rule.beta2;
  c.factor = rule.epsilon_hat ? -rate * second / first : -rate / first;
  c.correction = rule.epsilon_hat ? 1 : 1 / second;
  c.epsilon = rule.epsilon;
  return c;
}

Coefficients squared(const RuleSpec& rule, double rate, double decay, double gain) {
  Coefficients c;
  c.squared_decay = decay;
  c.squared_gain = gain;
  c.gradient_factor = -rate;
  c.epsilon = rule.epsilon;
  return c;
}

}  // namespace

rules::Kind rule_kind(const RuleSpec& rule) {
  using Type = RuleSpec::Type;
  switch (rule.type) {
    case Type::kSgd:
      if (rule.momentum == 0) return rules::Kind::kPlain;
      return rule.nesterov ? rules::Kind::kNesterov : rules::Kind::kMomentum;
    case Type::kSgdAdamMomentum: return rules::Kind::kMomentum;
    case Type::kAdam: return rule.amsgrad ? rules::Kind::kAmsGrad : rules::Kind::kAdam;
    case Type::kRmsprop:
    case Type::kAdagrad: return rules::Kind::kSquared;
    case Type::kNormalizedSgd:
    case Type::kEffectiveSgd: break;
  }
  return rules::Kind::kPlain;
}

int state_count(rules::Kind kind) {
  return rules::with_rule(kind, [](auto rule) { return decltype(rule)::kStates; });
}

Coefficients rule_coefficients(const RuleSpec& rule, double rate, int64_t step) {
  using Type = RuleSpec::Type;
  switch (rule.type) {
    case Type::kSgdAdamMomentum: return sgd_adam_momentum(rule, rate);
    case Type::kAdam: return adam(rule, rate, step);
    case Type::kRmsprop: return squared(rule, rate, rule.beta2, 1 - rule.beta2);
    case Type::kAdagrad: return squared(rule, rate, 1, 1);
    case Type::kSgd:
    case Type::kNormalizedSgd:
    case Type::kEffectiveSgd: break;
  }
  return sgd(rule, rate, step);
}

}  // namespace layer_rotation
