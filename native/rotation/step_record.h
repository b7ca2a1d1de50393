#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "step_sums.h"

namespace layer_rotation::rotation {

/// One step of one layer, as its recorded quantities are computed from it.
struct LayerStep {
  StepSums sums;
  double initial_squared_norm;  ///< |w0|² of the initial weights
  double rate;                  ///< the layer's learning rate, its own factor included

  /// The length of the step along the weights, signed: ⟨Δ, w⟩ / |w|.
  double radial() const { return sums.step_dot_weight / std::sqrt(sums.squared_weight); }
};

/// A quantity that is recorded of a layer after a step, and how it follows from the step.
struct RecordedQuantity {
  const char* name;  ///< as in src/rotation/measures.ts, which gives its unit and meaning
  double (*value)(const LayerStep& step);
};

/// Everything that is recorded of a layer after a step. To add a quantity, add its line here and in
/// src/rotation/measures.ts.
inline constexpr auto kRecordedQuantities = std::to_array<RecordedQuantity>({
    {"rotation", [](const LayerStep& step) { return step.sums.displacement.rotation(step.initial_squared_norm); }},
    {"angle",
     [](const LayerStep& step) {
       return turned(step.sums.squared_step, step.sums.step_dot_weight, step.sums.squared_weight);
     }},
    {"norm", [](const LayerStep& step) { return std::sqrt(step.sums.displacement.squared_weight); }},
    {"gradient_norm", [](const LayerStep& step) { return std::sqrt(step.sums.squared_gradient); }},
    {"radial", [](const LayerStep& step) { return step.radial(); }},
    {"tangential",
     [](const LayerStep& step) {
       return std::sqrt(std::max(0.0, step.sums.squared_step - step.radial() * step.radial()));
     }},
    {"effective_rate", [](const LayerStep& step) { return step.rate / step.sums.squared_weight; }},
});

/// The values of kRecordedQuantities, in their order.
using StepRecord = std::array<double, kRecordedQuantities.size()>;

inline StepRecord record(const LayerStep& step) {
  StepRecord values;
  for (size_t i = 0; i < values.size(); ++i) values[i] = kRecordedQuantities[i].value(step);
  return values;
}

/// The record of a layer that is not trained: it takes no step, and its gradient, which nothing computes, is NaN.
inline StepRecord frozen_record(const Displacement& displacement, double initial_squared_norm) {
  return record({{displacement, displacement.squared_weight, 0, 0, std::nan("")}, initial_squared_norm, 0});
}

}  // namespace layer_rotation::rotation
