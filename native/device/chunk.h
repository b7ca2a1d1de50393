#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace layer_rotation {

/// A stretch of one tensor of a list. A sum over a tensor adds the sums over its chunks in their order, so that it has
/// the same bits for every number of threads.
struct Chunk {
  size_t tensor;
  int64_t begin;
  int64_t end;
};

/// Cuts a tensor of `size` numbers into chunks and adds them to `chunks`. They end at multiples of `row`: a row is
/// never cut.
void add_chunks(std::vector<Chunk>& chunks, size_t tensor, int64_t size, int64_t row = 1);

}  // namespace layer_rotation
