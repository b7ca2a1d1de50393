#pragma once

#include <algorithm>

#include "../sums.h"

namespace layer_rotation {

/// A step of the form w' = weight·w + update·u, for the weights w of a unit and the update u of its rule. A unit is
/// what is controlled by itself: a layer, or one of its neurons.
struct Combination {
  double weight = 1;
  double update = 1;
};

/// An exponential running mean that starts at 0, and the share of that 0 that is left in it.
struct RunningMean {
  double value = 0;
  double unseen = 1;

  LAYER_ROTATION_HOST_DEVICE void add(double x, double decay) {
    value = decay * value + (1 - decay) * x;
    unseen *= decay;
  }
  /// The mean without its share of 0.
  LAYER_ROTATION_HOST_DEVICE double seen() const { return value / (1 - unseen); }
};

/// All that a control knows of a unit in one step.
struct UnitStep {
  UpdateSums sums;
  GradientSums gradient;  ///< zeros unless the control reads it
  double rate = 0;
  double decay = 0;         ///< coupled: the gradient g is g + decay·w
  double shrink = 0;        ///< the learning rate times the decoupled decay
  double initial_norm = 0;  ///< that of the unit's initial weights
};

namespace controls {

/// A control changes a rule's update before it is added to the weights of a controlled layer: a struct in
/// its own header, listed in controls.h, with
///
///     static constexpr const char* kName = "layca";  // the type by which a config names it
///     void read(const auto& config);                 // reads its fields, per_neuron among them
///
/// and at least one of the three abilities below. The fields' meaning and the formulas' sources are in
/// src/optimizer/controls/. nvcc compiles the headers too.
struct ControlDefaults {
  /// It multiplies the gradient before the rule sees it:
  /// `double gradient_scale(const GradientSums&, double rate, double decay) const` is the factor of g + decay·w.
  static constexpr bool kScalesGradient = false;
  /// It combines each unit's update and weights by sums over that unit alone:
  /// `Combination combination(const UnitStep&, RunningMean*) const`. The means are the unit's own, kept from step to
  /// step.
  static constexpr bool kCombinesUnits = false;
  /// combination() reads UnitStep::gradient.
  static constexpr bool kReadsGradient = false;
  /// The number of running means that a unit has.
  static constexpr int kMeans = 1;
  /// It combines all units of a layer by sums over all of them:
  /// `void combinations(const GradientSums*, const UpdateSums*, int64_t units, int64_t unit_size, double shrink,
  /// Combination*) const`. `shrink` is the learning rate times the decoupled decay.
  static constexpr bool kCombinesLayers = false;

  /// Each neuron is a unit, else each layer.
  bool per_neuron = false;
};

/// A tangential part of a smaller share of the update counts as none: sums in double could not tell the angle to 1e-6.
constexpr double kSmallestShare = 2e-5;

/// A |u⊥|² of this value or less counts as 0, for an update of `squared_update`. u⊥ is the part of u that is orthogonal
/// to the weights.
LAYER_ROTATION_HOST_DEVICE inline double smallest_squared_tangential(double squared_update) {
  return std::max(kSmallestUpdate * kSmallestUpdate, kSmallestShare * kSmallestShare * squared_update);
}

}  // namespace controls
}  // namespace layer_rotation
