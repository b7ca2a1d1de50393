#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "../rotation/step_record.h"
#include "combine.h"
#include "rules.h"

namespace layer_rotation {

/// A parameter that is trained, and what is kept for it.
struct Slot {
  at::Tensor parameter;
  at::Tensor initial;              ///< of a monitored layer; else undefined
  bool controlled = false;         ///< its update is combined with the weights from sums over its units
  int64_t units = 1;               ///< neurons, where each is controlled by itself; else 1
  size_t first_unit = 0;           ///< of this slot among those of all
  std::vector<at::Tensor> states;  ///< fp32, in the parameter's layout

  int64_t unit_size() const { return parameter.numel() / units; }
};

/// What one step does to one slot: u = rule(scale·(g + decay·w)).
struct Update {
  rules::Coefficients coefficients;
  double gradient_scale = 1;
  double decay = 0;
};

/// The passes over memory of an update rule, on one kind of device. A step is begin(), where the gradients count as a
/// whole sum_gradients(), where there are controlled slots project(), then apply().
class UpdateBackend {
 public:
  virtual ~UpdateBackend() = default;

  /// Takes the gradients that the parameters hold.
  virtual void begin() = 0;
  /// [units of all slots]
  virtual std::vector<GradientSums> sum_gradients() = 0;
  /// Advances the states of controlled slots and sums over their updates and weights. [units of all slots]; zero where
  /// nothing controls.
  virtual std::vector<rotation::Projection> project(const std::vector<Update>& updates) = 0;
  /// w ← weight·w + update·u by the combination of each unit; advances the states of the slots that nothing controls.
  /// [slots], zeros unless `record`.
  virtual std::vector<rotation::StepSums> apply(const std::vector<Update>& updates,
                                                const std::vector<rotation::Combination>& combinations,
                                                bool record) = 0;
};

}  // namespace layer_rotation
