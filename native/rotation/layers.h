#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace layer_rotation::rotation {

/// A stretch of one layer. Sums over a layer are sums over its chunks, taken in their order, so they come out the same
/// bit for bit whatever the number of threads.
struct Chunk {
  size_t layer;
  int64_t begin;
  int64_t end;
};

/// The weight tensors of a network's layers beside a copy of their initial values.
class Layers {
 public:
  /// Copies `weights` (dense, in any order of dimensions, fp32, all on one device) as the initial ones. The tensors are
  /// shared with the network that trains them and must keep their storage. On the CPU our own kernels work on them;
  /// everywhere else, and with `prefer_aten`, ATen operations do.
  explicit Layers(std::vector<at::Tensor> weights, bool prefer_aten = false);

  size_t size() const { return weights_.size(); }
  bool has_cpu_kernels() const { return has_cpu_kernels_; }
  const at::Tensor& weight(size_t layer) const { return weights_[layer]; }
  const at::Tensor& initial(size_t layer) const { return initial_[layer]; }
  /// |w0|², accumulated in double.
  double initial_squared_norm(size_t layer) const { return initial_squared_norm_[layer]; }

  const std::vector<Chunk>& chunks() const { return chunks_; }
  /// The chunks of `layer` are first_chunk(layer) … first_chunk(layer + 1) - 1.
  size_t first_chunk(size_t layer) const { return first_chunk_[layer]; }

 private:
  std::vector<at::Tensor> weights_;
  std::vector<at::Tensor> initial_;
  std::vector<double> initial_squared_norm_;
  std::vector<Chunk> chunks_;
  std::vector<size_t> first_chunk_;
  bool has_cpu_kernels_;
};

}  // namespace layer_rotation::rotation
