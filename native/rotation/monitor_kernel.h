#pragma once

#include <cstdint>

#include "../device/vector_access.h"
#include "displacement.h"

namespace layer_rotation::rotation {

/// A stretch of one layer.
struct MonitorChunk {
  const float* weight;
  const float* reference;
  int64_t size;
};
/// The stretches of one layer.
struct MonitorLayer {
  int32_t first_chunk;
  int32_t chunks;
};

/// [chunks]: the sums of each. Reads 8 bytes a number.
struct MonitorChunks {
  using Sum = Displacement;
  const MonitorChunk* chunks;
  Displacement* partial;  ///< [chunks]

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const MonitorChunk chunk = chunks[item];
    Sum sum;
    kernel::for_each_pack(
        0, chunk.size, thread, kernel::is_aligned(chunk.weight, 0) && kernel::is_aligned(chunk.reference, 0),
        [&](int64_t i, auto size) {
          return Pair<decltype(size)::value>{kernel::load_pack<decltype(size)::value>(chunk.weight + i),
                                             kernel::load_pack<decltype(size)::value>(chunk.reference + i)};
        },
        [&](int64_t, auto size, const auto& pair) {
          for (int k = 0; k < decltype(size)::value; ++k) {
            const double w = pair.weight.values[k], w0 = pair.reference.values[k], difference = w - w0;
            sum.squared += difference * difference;
            sum.dot_reference += difference * w0;
            sum.squared_weight += w * w;
          }
        });
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { partial[item] = total; }

 private:
  template <int N>
  struct Pair {
    kernel::Pack<N> weight, reference;
  };
};

/// [layers]: the sums of each, from those of its chunks.
struct MonitorLayers {
  using Sum = Displacement;
  const MonitorLayer* layers;
  const Displacement* partial;
  Displacement* sums;  ///< [layers]

  LAYER_ROTATION_HOST_DEVICE Sum sum(int64_t item, int thread) const {
    const MonitorLayer layer = layers[item];
    Sum sum;
    for (int32_t i = thread; i < layer.chunks; i += kernel::kThreads) sum += partial[layer.first_chunk + i];
    return sum;
  }
  LAYER_ROTATION_HOST_DEVICE void store(int64_t item, const Sum& total) const { sums[item] = total; }
};

}  // namespace layer_rotation::rotation
