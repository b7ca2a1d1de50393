#pragma once

#include <cstdint>
#include <vector>

#include "../rotation/neurons.h"
#include "../rotation/step_record.h"

namespace layer_rotation {

/// What was measured after some steps. All but `steps` are [records][layers].
struct LayerRecords {
  std::vector<int32_t> steps;
  std::vector<rotation::StepRecord> layers;
  std::vector<std::vector<double>> references;  ///< rotation, one list a reference that was asked for
  /// Rotation from the initial weights; angle of the step. Empty unless asked for.
  std::vector<rotation::Quartiles> neuron_rotation, neuron_angle;
};

}  // namespace layer_rotation
