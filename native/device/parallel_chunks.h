#pragma once

#include <ATen/Parallel.h>

#include <vector>

#include "chunk.h"

namespace layer_rotation {

/// Runs `f(chunk, index)` on every chunk with LibTorch's threads.
template <class F>
void for_each_chunk(const std::vector<Chunk>& chunks, F f) {
  // Below two chunks a thread, waking the others costs more than the work.
  at::parallel_for(0, static_cast<int64_t>(chunks.size()), 2, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) f(chunks[i], static_cast<size_t>(i));
  });
}

/// Runs `sum_of(chunk)` on every chunk and returns the total of each of `tensors` tensors.
template <class Sum, class SumOf>
std::vector<Sum> sum_by_tensor(const std::vector<Chunk>& chunks, size_t tensors, SumOf sum_of) {
  std::vector<Sum> partial(chunks.size());
  for_each_chunk(chunks, [&](const Chunk& chunk, size_t i) { partial[i] = sum_of(chunk); });
  std::vector<Sum> total(tensors);
  for (size_t i = 0; i < chunks.size(); ++i) total[chunks[i].tensor] += partial[i];
  return total;
}

}  // namespace layer_rotation
