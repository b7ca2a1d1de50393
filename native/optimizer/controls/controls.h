#pragma once

#include <variant>

#include "../../device/with_alternative.h"
#include "clamped.h"
#include "fixed_norm.h"
#include "lars.h"
#include "layca.h"
#include "magnitude_direction.h"
#include "projected.h"
#include "rotational.h"

namespace layer_rotation {
namespace controls {

/// The rule's update is added as it is.
struct None : ControlDefaults {};

}  // namespace controls

/// Every control, and the lack of one. A new one is a header beside this one and an entry here.
using Control = std::variant<controls::None, controls::Layca, controls::FixedNorm, controls::Rotational,
                             controls::Projected, controls::Lars, controls::Clamped, controls::MagnitudeDirection>;

LAYER_ROTATION_HOST_DEVICE inline bool scales_gradient(const Control& control) {
  return with_alternative(control, []<class C>(const C&) { return C::kScalesGradient; });
}

LAYER_ROTATION_HOST_DEVICE inline bool combines_layers(const Control& control) {
  return with_alternative(control, []<class C>(const C&) { return C::kCombinesLayers; });
}

/// True if units are combined by sums over their gradients, too.
LAYER_ROTATION_HOST_DEVICE inline bool reads_unit_gradients(const Control& control) {
  return with_alternative(control, []<class C>(const C&) { return C::kReadsGradient || C::kCombinesLayers; });
}

/// The number of running means that a unit has.
LAYER_ROTATION_HOST_DEVICE inline int means_of_unit(const Control& control) {
  return with_alternative(control, []<class C>(const C&) { return C::kMeans; });
}

/// True if weights and update are combined by factors that depend on sums over both.
inline bool combines(const Control& control) {
  return with_alternative(control, []<class C>(const C&) { return C::kCombinesUnits || C::kCombinesLayers; });
}

inline bool is_per_neuron(const Control& control) {
  return with_alternative(control, [](const controls::ControlDefaults& one) { return one.per_neuron; });
}

}  // namespace layer_rotation
