#pragma once

#include <cstdint>

#include "../rotation/layca.h"
#include "optimizer_spec.h"

namespace layer_rotation {

/// Sums over the gradient g, before weight decay, and the weights w of a layer or a neuron.
struct GradientSums {
  double squared_gradient = 0;
  double gradient_dot_weight = 0;
  double squared_weight = 0;

  GradientSums& operator+=(const GradientSums& other) {
    squared_gradient += other.squared_gradient;
    gradient_dot_weight += other.gradient_dot_weight;
    squared_weight += other.squared_weight;
    return *this;
  }
};

/// Whether what multiplies the gradient depends on gradient and weights as a whole.
bool scales_gradient(const RuleSpec& rule);
bool scales_gradient(const ControlSpec& control);

/// What g + decay·w is multiplied by before the rule sees it: by a control (LARS), then by the rule itself (normalised
/// SGD, SGD with effective learning rate).
double control_gradient_scale(const ControlSpec& control, const GradientSums& sums, double rate, double decay);
double rule_gradient_scale(const RuleSpec& rule, const GradientSums& sums, double rate, double decay,
                           double control_scale);

/// Hyperball: as Layca, without the projection. The update is scaled to the weights' norm, applied with `rate`, and the
/// result gets the norm `norm`.
rotation::Combination fixed_norm(const rotation::Projection& sums, double rate, double norm);

/// An exponential running mean from 0, and how much of that 0 is left in it.
struct RunningMean {
  double value = 0;
  double unseen = 1;
};

/// The rotational variant of Kosson et al. (arXiv 2305.17212, algorithm 1): the tangential part of the update, divided
/// by the root of its running mean square, so that atan(rate) is the average angle. The mean is of updates without
/// their rate, as in the authors' code, so that the angle follows the rate at once. A step without a tangential part,
/// or of rate 0, leaves the weights.
rotation::Combination rotational(const rotation::Projection& sums, double rate, double norm, double decay,
                                 RunningMean& mean_square);

/// SGDP and AdamP (Heo et al., arXiv 2006.08217): where the gradient is nearly orthogonal to every neuron's weights,
/// the update loses its part along each neuron's weights; else, where it is nearly so to the layer's, its part along
/// those; else it stays. What is lost is also the larger part of the decoupled decay. The sums and the result: one a
/// neuron, of `neuron_size` weights. `shrink`: rate times decoupled decay.
void projected(const ControlSpec& control, const GradientSums* gradients, const rotation::Projection* updates,
               int64_t neurons, int64_t neuron_size, double shrink, rotation::Combination* combinations);

}  // namespace layer_rotation
