#include "rule_coefficients.h"

namespace layer_rotation {

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

}  // namespace layer_rotation
