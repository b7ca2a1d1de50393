#pragma once

#include <ATen/Parallel.h>

#include <vector>

#include "layers.h"

namespace layer_rotation::rotation {

/// Runs `sum_of(chunk)` on every chunk with LibTorch's threads and returns the total of each layer.
template <class Sum, class SumOf>
std::vector<Sum> sum_by_layer(const Layers& layers, SumOf sum_of) {
  const std::vector<Chunk>& chunks = layers.chunks();
  std::vector<Sum> partial(chunks.size());
  // Below two chunks a thread, waking the others costs more than the work.
  at::parallel_for(0, static_cast<int64_t>(chunks.size()), 2, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) partial[i] = sum_of(chunks[i]);
  });
  std::vector<Sum> total(layers.size());
  for (size_t i = 0; i < chunks.size(); ++i) total[chunks[i].layer] += partial[i];
  return total;
}

}  // namespace layer_rotation::rotation
