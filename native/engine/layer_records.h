#pragma once

#include <cstdint>
#include <vector>

#include "../rotation/neurons.h"
#include "../rotation/spectral_record.h"
#include "../rotation/step_record.h"

namespace layer_rotation {

/// The records of the layers after some steps. Everything but `steps` is [records][layers].
struct LayerRecords {
  std::vector<int32_t> steps;  ///< 0-based within the epoch
  std::vector<rotation::StepRecord> layers;
  std::vector<std::vector<double>> references;  ///< rotation from each requested reference
  /// Rotation of the neurons from the initial weights, and their angle in the step; empty unless requested.
  std::vector<rotation::Quartiles> neuron_rotation, neuron_angle;
  std::vector<rotation::SpectralRecord> spectral;  ///< empty unless requested
};

}  // namespace layer_rotation
