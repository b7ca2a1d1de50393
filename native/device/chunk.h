#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace layer_rotation::rotation {

/// A stretch of one tensor of a list. Sums over a tensor are sums over its chunks, taken in their order, so they come
/// out the same bit for bit whatever the number of threads.
struct Chunk {
  size_t tensor;
  int64_t begin;
  int64_t end;
};

/// Cuts a tensor of `size` numbers into chunks that end at multiples of `row`; a row is never cut.
void add_chunks(std::vector<Chunk>& chunks, size_t tensor, int64_t size, int64_t row = 1);

}  // namespace layer_rotation::rotation
