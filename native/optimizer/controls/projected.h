#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "control.h"

namespace layer_rotation::controls {

/// SGDP and AdamP (Heo et al., arXiv 2006.08217): where the gradient is nearly orthogonal to every neuron's weights,
/// the update loses its part along each neuron's weights; else, where it is nearly so to the layer's, its part along
/// those; else it stays. Where it loses a part, the decoupled decay is multiplied by decay_ratio.
struct Projected : ControlDefaults {
  static constexpr const char* kName = "projected";
  static constexpr bool kCombinesLayers = true;
  double delta = 0;
  double decay_ratio = 0;

  template <class Config>
  void read(const Config& config) {
    per_neuron = true;
    delta = config.at_least_zero("delta");
    decay_ratio = config.at_least_zero("decayRatio");
  }

  LAYER_ROTATION_HOST_DEVICE void combinations(const GradientSums* gradients, const UpdateSums* updates,
                                               int64_t neurons, int64_t neuron_size, double shrink,
                                               Combination* combinations) const {
    double largest = 0;
    GradientSums layer_gradient;
    UpdateSums layer_update;
    for (int64_t i = 0; i < neurons; ++i) {
      largest = std::max(largest, alignment(gradients[i]));
      layer_gradient += gradients[i];
      layer_update += updates[i];
    }
    const auto size = static_cast<double>(neuron_size);
    const bool by_neuron = largest < delta / std::sqrt(size);
    const bool by_layer =
        !by_neuron && alignment(layer_gradient) < delta / std::sqrt(size * static_cast<double>(neurons));
    const double kept = 1 - shrink * (by_neuron || by_layer ? decay_ratio : 1);
    for (int64_t i = 0; i < neurons; ++i) {
      const UpdateSums& sums = by_neuron ? updates[i] : layer_update;
      const bool along = (by_neuron || by_layer) && sums.squared_weight > 0;
      combinations[i] = {kept - (along ? sums.update_dot_weight / sums.squared_weight : 0), 1};
    }
  }

 private:
  /// |cos| of the angle between gradient and weights.
  LAYER_ROTATION_HOST_DEVICE static double alignment(const GradientSums& sums) {
    const double norms = std::sqrt(sums.squared_gradient * sums.squared_weight);
    return norms == 0 ? 0 : std::abs(sums.gradient_dot_weight) / norms;
  }
};

}  // namespace layer_rotation::controls
