#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
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

/// Runs `f(chunk, index)` on every chunk, of which a thread takes the next few whenever it is free. This pays where
/// threads are held up, by a disk or by other work; where they are not, they find less in their caches.
template <class F>
void for_next_chunks(const std::vector<Chunk>& chunks, F f) {
  const auto threads = static_cast<size_t>(at::get_num_threads());
  // Neighbours that are taken together spare the threads from meeting in a page.
  const size_t taken = std::clamp<size_t>(chunks.size() / (16 * threads), 1, 16);
  std::atomic<size_t> next{0};
  at::parallel_for(0, static_cast<int64_t>(threads), 1, [&](int64_t, int64_t) {
    for (size_t begin = next.fetch_add(taken); begin < chunks.size(); begin = next.fetch_add(taken)) {
      for (size_t i = begin; i < std::min(begin + taken, chunks.size()); ++i) f(chunks[i], i);
    }
  });
}

/// How threads share chunks.
enum class Sharing { kEven, kNext };

/// Runs `sum_of(chunk)` on every chunk and returns the total of each of `tensors` tensors.
template <class Sum, Sharing kSharing = Sharing::kEven, class SumOf>
std::vector<Sum> sum_by_tensor(const std::vector<Chunk>& chunks, size_t tensors, SumOf sum_of) {
  std::vector<Sum> partial(chunks.size());
  const auto add = [&](const Chunk& chunk, size_t i) { partial[i] = sum_of(chunk); };
  if constexpr (kSharing == Sharing::kNext) {
    for_next_chunks(chunks, add);
  } else {
    for_each_chunk(chunks, add);
  }
  std::vector<Sum> total(tensors);
  for (size_t i = 0; i < chunks.size(); ++i) total[chunks[i].tensor] += partial[i];
  return total;
}

}  // namespace layer_rotation
