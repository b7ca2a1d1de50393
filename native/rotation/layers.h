#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "../device/backend.h"
#include "../device/chunk.h"
#include "reference.h"

namespace layer_rotation::rotation {

/// The weight tensors of a network's layers and a copy of their initial values.
class Layers {
 public:
  /// `weights`: dense, in any order of dimensions, fp32, all on one device. They are shared with the network that
  /// trains them and must keep their storage. Their values now are copied as the initial ones.
  Layers(std::vector<at::Tensor> weights, Backend backend);

  size_t size() const { return weights_.size(); }
  Backend backend() const { return backend_; }
  const std::vector<at::Tensor>& weights() const { return weights_; }
  const at::Tensor& weight(size_t layer) const { return weights_[layer]; }
  const Reference& initial() const { return initial_; }
  const std::vector<Chunk>& chunks() const { return chunks_; }

 private:
  std::vector<at::Tensor> weights_;
  Reference initial_;
  std::vector<Chunk> chunks_;
  Backend backend_;
};

/// The number of neurons that a weight belongs to: the rows of a dense layer, the filters of a convolution. Each row is
/// one stretch of memory. A weight of one dimension belongs to one neuron.
inline int64_t neurons(const at::Tensor& weight) { return weight.dim() < 2 ? 1 : weight.size(0); }

}  // namespace layer_rotation::rotation
