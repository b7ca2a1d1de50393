#pragma once

#include "rules/rules.h"

namespace layer_rotation {

/// What one step does to one slot: u = rule(scale·(g + decay·w)).
struct Update {
  rules::Coefficients coefficients;
  double gradient_scale = 1;
  double decay = 0;
};

}  // namespace layer_rotation
