#include "monitor.h"

#include "../device/parallel_chunks.h"
#include "block_monitor.h"
#include "displacement_cpu.h"

namespace layer_rotation::rotation {

std::vector<Displacement> measure_displacement(const Layers& layers, const Reference& reference) {
  if (layers.backend() == Backend::kAten) return measure_displacement_aten(layers, reference);
  if (layers.backend() == Backend::kBlock) {
    const BlockMonitor monitor(layers, reference);
    monitor.enqueue();
    return monitor.sums();
  }
  return sum_by_tensor<Displacement>(layers.chunks(), layers.size(), [&](const Chunk& chunk) {
    return displacement_cpu(layers.weight(chunk.tensor).const_data_ptr<float>(),
                            reference.weight(chunk.tensor).const_data_ptr<float>(), chunk.begin, chunk.end);
  });
}

std::vector<double> measure_rotation(const Layers& layers, const Reference& reference) {
  const std::vector<Displacement> sums = measure_displacement(layers, reference);
  std::vector<double> rotation;
  for (size_t layer = 0; layer < sums.size(); ++layer) {
    rotation.push_back(sums[layer].rotation(reference.squared_norm(layer)));
  }
  return rotation;
}

}  // namespace layer_rotation::rotation
