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

/// Divides each row of a matrix by the root of the running mean `squares`, fp32 [rows, 1], of its mean square, which it
/// advances, and gives the whole the norm that it had (NorMuon, github.com/zichongli5/NorMuon).
void normalize_neurons(at::Tensor matrix, at::Tensor squares, double beta2);

/// Orthogonalises the directions of all slots that have a momentum, and normalises the neurons of those that have their
/// squares.
void orthogonalize_directions(const std::vector<Slot>& slots, const Orthogonalization& options);

}  // namespace layer_rotation
