#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

namespace layer_rotation {

/// Calls body(begin, end) for parts of [0, size) on LibTorch's threads: the same number of parts for each thread, each
/// of at most `largest`.
template <class Body>
void for_even_parts(int64_t size, int64_t largest, const Body& body) {
  const int64_t threads = at::get_num_threads();
  const int64_t parts = std::min(size, threads * ((size + threads * largest - 1) / (threads * largest)));
  at::parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t part = first; part < last; ++part) body(size * part / parts, size * (part + 1) / parts);
  });
}

}  // namespace layer_rotation
