#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace layer_rotation {

/// The size of micro-batches that leaves every batch whole.
constexpr int64_t kWholeBatch = std::numeric_limits<int64_t>::max();

/// Calls `f(begin, end)` for each micro-batch of a batch of `examples`: all have `size` examples, except that the last
/// one takes those that remain.
template <class F>
void for_each_micro_batch(int64_t examples, int64_t size, const F& f) {
  for (int64_t begin = 0, end = 0; begin < examples; begin = end) {
    end = begin + std::min(size, examples - begin);
    f(begin, end);
  }
}

}  // namespace layer_rotation
