#pragma once

#include <array>
#include <vector>

#include "layers.h"

namespace layer_rotation::rotation {

/// The names of what is recorded of a layer's matrix after a step, as in src/rotation/measures.ts, which gives their
/// meaning.
inline constexpr auto kSpectralQuantities = std::to_array<const char*>(
    {"spectral_norm", "stable_rank", "spectral_change", "spectral_update", "relative_update"});

/// The values of kSpectralQuantities, in their order.
using SpectralRecord = std::array<double, kSpectralQuantities.size()>;

/// The record of every layer's step from the weights `before` to those that it has, [layers], on any device. A layer's
/// matrix is [neurons][weights of a neuron]. The squares of its singular values are the eigenvalues of its smaller Gram
/// matrix, which is computed in double; Lanczos' method finds the largest of them on the host, to a relative error of
/// at most 1e-6 of the singular value unless it needs more than 300 steps (largest_eigenvalue()). It begins at the same
/// vector each time, not at the last record's: a training that is resumed then records the same bits, and its
/// checkpoints need no vectors. Takes 8 bytes a weight of one layer at a time, and 2·min(m, n)·m·n operations for a
/// matrix of m × n, three times.
std::vector<SpectralRecord> measure_spectral(const Layers& layers, const Reference& before);

}  // namespace layer_rotation::rotation
