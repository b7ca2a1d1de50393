#pragma once

#include <cstdint>

#include "../../device/host_device.h"

namespace layer_rotation {

/// The shape of a parameter as a matrix: a row for each neuron, as long as its weights. Zeros if the parameter has less
/// than two dimensions.
struct MatrixShape {
  int64_t rows = 0;
  int64_t columns = 0;

  LAYER_ROTATION_HOST_DEVICE bool is_matrix() const { return rows > 0; }
};

/// The options of the matrix stage, orthogonalize() and normalize_neurons().
struct Orthogonalization {
  int steps = 0;
  double epsilon = 0;    ///< the least norm that a matrix is divided by
  bool is_bf16 = false;  ///< products of bf16 matrices, else of fp32 ones
  bool normalizes_neurons = false;
  double beta2 = 0;  ///< decay of the neurons' mean squares per step, where they are normalised
};

}  // namespace layer_rotation
