#pragma once

#include <cstdint>

#include "optimizer_spec.h"
#include "rules.h"

namespace layer_rotation {

/// The arithmetic that a rule needs, and how many fp32 numbers a parameter it keeps.
rules::Kind rule_kind(const RuleSpec& rule);
int state_count(rules::Kind kind);

/// The constants of `rule` at learning rate `rate` in its `step`-th step, counted from 1.
rules::Coefficients rule_coefficients(const RuleSpec& rule, double rate, int64_t step);

}  // namespace layer_rotation
