#pragma once

#include <algorithm>
#include <cmath>

#include "../../device/sum.h"

namespace layer_rotation::rotation {

/// The three sums that Layca needs of a layer's weights w and of the update u that an optimizer wants to add to them.
struct Projection {
  double update_dot_weight = 0;
  double squared_weight = 0;
  double squared_update = 0;

  LAYER_ROTATION_HOST_DEVICE Projection& operator+=(const Projection& other) { return kernel::add(*this, other); }
};

/// An update of the form w' = weight·w + update·u.
struct Combination {
  double weight = 1;
  double update = 1;
};

/// At or below this norm the tangential part of an update (which contains the learning rate) counts as no update, as in
/// the code of arXiv 1806.01603v2.
constexpr double kSmallestUpdate = 1e-7;
/// So does a tangential part below this share of the update: sums in double could not tell the angle to 1e-6.
constexpr double kSmallestShare = 2e-5;

/// At or below this |u⊥|² counts as 0, for an update of `squared_update`.
LAYER_ROTATION_HOST_DEVICE inline double smallest_squared_tangential(double squared_update) {
  return std::max(kSmallestUpdate * kSmallestUpdate, kSmallestShare * kSmallestShare * squared_update);
}

/// Layca (arXiv 1806.01603v2, section 3): remove u's component along w, scale what is left to |w|, apply it with
/// `rate`, give the result the norm `norm`. The step turns the layer by exactly arctan(rate). Since it is orthogonal to
/// w its length is known beforehand, so all of it is one linear combination of w and u. A layer without a tangential
/// update stays as it is.
LAYER_ROTATION_HOST_DEVICE inline Combination layca(const Projection& sums, double rate, double norm) {
  const double a = sums.update_dot_weight, b = sums.squared_weight, c = sums.squared_update;
  const double squared_tangential = c - a * a / b;
  // A NaN passes this test: a diverged layer shows.
  if (squared_tangential <= smallest_squared_tangential(c) || b == 0) return {1, 0};
  const double step = rate * std::sqrt(b / squared_tangential);
  const double restore = norm / std::sqrt(b * (1 + rate * rate));
  return {(1 - step * a / b) * restore, step * restore};
}

}  // namespace layer_rotation::rotation
