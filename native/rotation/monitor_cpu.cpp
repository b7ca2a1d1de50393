#include "monitor.h"

#include "parallel_chunks.h"
#include "simd.h"

namespace layer_rotation::rotation {
namespace {

LAYER_ROTATION_CLONES Displacement displacement(const float* weight, const float* initial, int64_t begin, int64_t end) {
  // Two accumulators a sum hide the latency of the additions.
  Double8 squared[2] = {}, dot_initial[2] = {}, squared_weight[2] = {};
  int64_t i = begin;
  for (; i + 16 <= end; i += 16) {
    prefetch(weight + i);
    prefetch(initial + i);
    for (int half = 0; half < 2; ++half) {
      const Double8 w0 = widen(initial + i + 8 * half), w = widen(weight + i + 8 * half);
      const Double8 difference = w - w0;
      squared[half] += difference * difference;
      dot_initial[half] += difference * w0;
      squared_weight[half] += w * w;
    }
  }
  Displacement sum{horizontal_sum(squared[0] + squared[1]), horizontal_sum(dot_initial[0] + dot_initial[1]),
                   horizontal_sum(squared_weight[0] + squared_weight[1])};
  for (; i < end; ++i) {
    const double w0 = initial[i], w = weight[i], difference = w - w0;
    sum += {difference * difference, difference * w0, w * w};
  }
  return sum;
}

}  // namespace

void measure_rotation(const Layers& layers, double* rotation) {
  if (!layers.has_cpu_kernels()) return measure_rotation_aten(layers, rotation);
  const std::vector<Displacement> total = sum_by_layer<Displacement>(layers, [&](const Chunk& chunk) {
    return displacement(layers.weight(chunk.layer).const_data_ptr<float>(),
                        layers.initial(chunk.layer).const_data_ptr<float>(), chunk.begin, chunk.end);
  });
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    rotation[layer] = total[layer].rotation(layers.initial_squared_norm(layer));
  }
}

}  // namespace layer_rotation::rotation
