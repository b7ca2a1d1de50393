#pragma once

#include <string>
#include <vector>

#include "clipping.h"
#include "controls/controls.h"
#include "rules/rules.h"

namespace layer_rotation {

struct OptimizerSpec {
  Rule rule;
  Control control;
  GradientClipping clipping = {};
};

/// The settings with which one parameter is trained.
struct ParameterSettings {
  bool trained = true;
  bool controlled = true;      ///< by the optimizer's control; only a layer's weight can be
  double rate_factor = 1;      ///< times the learning rate of the parameter's layer
  double decay = 0;            ///< coupled: the gradient g is g + decay·w
  double decoupled_decay = 0;  ///< w ← w − rate·decoupled_decay·w beside the rule's step
};

struct NamedParameterSettings {
  std::string name;  ///< as in the network's state
  ParameterSettings settings;
};

}  // namespace layer_rotation
