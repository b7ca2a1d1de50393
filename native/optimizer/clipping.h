#pragma once

#include <cmath>
#include <limits>

#include "../device/clones.h"
#include "../device/host_device.h"
#include "sums.h"

namespace layer_rotation {

/// The bound of numbers that have none.
constexpr double kUnbounded = std::numeric_limits<double>::infinity();

/// The bound of the loss's gradient, which holds before weight decay is added, and before a rule or a control sees it.
struct GradientClipping {
  enum class Type {
    kNone,
    kNormOfNetwork,    ///< bounds the norm over all parameters that are trained
    kNormOfParameter,  ///< bounds the norm of each parameter
    kValue             ///< bounds the magnitude of each number
  };
  Type type = Type::kNone;
  double max = 0;

  /// Returns whether it multiplies gradients by a factor that it finds from sums over them.
  LAYER_ROTATION_HOST_DEVICE bool scales() const {
    return type == Type::kNormOfNetwork || type == Type::kNormOfParameter;
  }
  /// The bound of each number's magnitude.
  LAYER_ROTATION_HOST_DEVICE double bound() const { return type == Type::kValue ? max : kUnbounded; }
  /// The factor for gradients of this norm, as torch.nn.utils.clip_grad_norm_ has it. 1 for NaN, which stays in the
  /// gradient.
  LAYER_ROTATION_HOST_DEVICE double factor(double squared_norm) const {
    constexpr double kSmallestDivisor = 1e-6;
    const double factor = max / (std::sqrt(squared_norm) + kSmallestDivisor);
    return factor < 1 ? factor : 1;
  }
};

/// The number of a gradient that is nearest to g within ±bound. Infinity and NaN stay, so that the weights show them.
template <class V>
LAYER_ROTATION_INLINE V bounded(V g, double bound) {
  const V low = V{} - bound, high = V{} + bound;
  return ((g > high) & (g < kUnbounded)) ? high : (((g < low) & (g > -kUnbounded)) ? low : g);
}

/// The sums over a gradient that is multiplied by `factor`.
LAYER_ROTATION_HOST_DEVICE inline GradientSums scaled(const GradientSums& sums, double factor) {
  return {factor * factor * sums.squared_gradient, factor * sums.gradient_dot_weight, sums.squared_weight};
}

}  // namespace layer_rotation
