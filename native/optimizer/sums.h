#pragma once

#include "../device/sum.h"

namespace layer_rotation {

/// Sums over the gradient g, before weight decay, and the weights w of a layer or a neuron.
struct GradientSums {
  double squared_gradient = 0;
  double gradient_dot_weight = 0;
  double squared_weight = 0;

  LAYER_ROTATION_HOST_DEVICE GradientSums& operator+=(const GradientSums& other) { return kernel::add(*this, other); }
};

/// Sums over the update u that a rule wants to add to the weights w of a layer or a neuron, and over these weights.
struct UpdateSums {
  double update_dot_weight = 0;
  double squared_weight = 0;
  double squared_update = 0;

  LAYER_ROTATION_HOST_DEVICE UpdateSums& operator+=(const UpdateSums& other) { return kernel::add(*this, other); }
};

/// An update of this norm or less counts as no update, as in the code of arXiv 1806.01603v2. The update contains the
/// learning rate.
constexpr double kSmallestUpdate = 1e-7;

}  // namespace layer_rotation
