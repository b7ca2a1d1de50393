#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../rotation/neurons.h"
#include "element_type.h"

namespace layer_rotation::checkpoint {

/// A tensor's elements in one of the files of a comparison.
struct StoredTensor {
  size_t file = 0;     ///< index into the files
  int64_t offset = 0;  ///< bytes, at any alignment
  ElementType type = ElementType::kF32;
};

/// A layer in three checkpoints: the same elements in the same order.
struct StoredLayer {
  int64_t elements = 0;
  StoredTensor weight, first, previous;
  /// The unit that it is a part of, whose weights are one vector: 0 … units − 1.
  size_t unit = 0;
  /// The neurons to measure by themselves, each with as many elements in one stretch; 0 for none.
  int64_t neurons = 0;
  /// The rows of the matrix whose singular values are measured, each in one stretch; 0 for none.
  int64_t rows = 0;
};

struct SourceFile {
  std::string path;
  int64_t size = 0;  ///< bytes that the tensors in it reach
};

/// The change of a layer's weights w since the first checkpoint (w0) and the one before (p).
struct LayerChange {
  double norm = 0;                    ///< ‖w‖
  double rotation = 0;                ///< cosine distance of w and w0, 0 … 2; NaN if a norm is 0
  double rotation_from_previous = 0;  ///< cosine distance of w and p
  double angle = 0;                   ///< between p and w, in radians
  double radial = 0;                  ///< ⟨w − p, p⟩/‖p‖
  double tangential = 0;              ///< norm of the rest of w − p
  double relative_update = 0;         ///< ‖w − p‖/‖p‖
  double not_finite = 0;              ///< number of elements of w that are NaN or infinite
};

/// The change of single neurons, over those of a layer that have a direction to turn from; NaN if none has.
struct NeuronChanges {
  rotation::Quartiles rotation, angle, norm, relative_update;
};

/// The largest singular values of a layer's weights, and of their change since the checkpoint before, as matrices.
struct Spectrum {
  double weight = 0, change = 0, previous = 0;
};

struct Comparison {
  std::vector<LayerChange> units;
  std::vector<NeuronChanges> neurons;  ///< of each layer
  std::vector<Spectrum> spectra;       ///< of each layer
};

/// Measures layers, in double, with the same bits for every number of threads. Throws Error READ_FAILED and
/// INVALID_FILE for files that cannot be read or change meanwhile, INTERRUPTED when the process ends.
Comparison compare(const std::vector<SourceFile>& files, const std::vector<StoredLayer>& layers, size_t units);

}  // namespace layer_rotation::checkpoint
