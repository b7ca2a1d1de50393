#include "chunk.h"

#include <algorithm>

namespace layer_rotation {
namespace {
// 64 KiB of weights: small enough to balance the threads on a single layer, large enough that a chunk's overhead does
// not show beside its memory traffic.
constexpr int64_t kChunkSize = 16 * 1024;
}  // namespace

void add_chunks(std::vector<Chunk>& chunks, size_t tensor, int64_t size, int64_t row) {
  const int64_t length = std::max<int64_t>(1, kChunkSize / row) * row;
  for (int64_t begin = 0; begin < size; begin += length) {
    chunks.push_back({tensor, begin, std::min(begin + length, size)});
  }
}

}  // namespace layer_rotation
