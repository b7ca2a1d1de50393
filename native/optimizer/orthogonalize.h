#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "rules/matrix.h"
#include "slots.h"

namespace layer_rotation {

/// Replaces the singular values of a matrix, of fp32 and two dimensions, by numbers around 1, from 0.7 to 1.2 unless
/// they were very small beside the largest (Keller Jordan's Newton-Schulz iteration, github.com/KellerJordan/Muon).
/// Operations of ATen on the current stream, which can be captured: nothing waits for the device.
void orthogonalize(at::Tensor matrix, const Orthogonalization& options);

/// Orthogonalises the directions of all slots that have a momentum.
void orthogonalize_directions(const std::vector<Slot>& slots, const Orthogonalization& options);

}  // namespace layer_rotation
