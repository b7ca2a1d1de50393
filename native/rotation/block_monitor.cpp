#include "block_monitor.h"

#include <algorithm>

#include "../device/upload.h"

namespace layer_rotation::rotation {

BlockMonitor::BlockMonitor(const Layers& layers, const Reference& reference)
    : device_(layers.size() > 0 ? layers.weight(0).device() : at::Device(at::kCPU)) {
  std::vector<MonitorChunk> chunks;
  std::vector<MonitorLayer> of_layers;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const float *weight = layers.weight(layer).const_data_ptr<float>(),
                *from = reference.weight(layer).const_data_ptr<float>();
    const int64_t size = layers.weight(layer).numel();
    const auto first = static_cast<int32_t>(chunks.size());
    for (int64_t begin = 0; begin < size; begin += kernel::kRound) {
      chunks.push_back({weight + begin, from + begin, std::min(kernel::kRound, size - begin)});
    }
    of_layers.push_back({first, static_cast<int32_t>(chunks.size()) - first});
  }
  chunk_count_ = static_cast<int64_t>(chunks.size());
  layer_count_ = static_cast<int64_t>(of_layers.size());
  chunks_ = kernel::uploaded(chunks, device_);
  layers_ = kernel::uploaded(of_layers, device_);
  partial_ = kernel::bytes(chunks.size() * sizeof(Displacement), device_);
  sums_ = kernel::bytes(of_layers.size() * sizeof(Displacement), device_);
}

void BlockMonitor::enqueue() const {
  auto* partial = kernel::pointer<Displacement>(partial_);
  kernel::run(MonitorChunks{kernel::pointer<MonitorChunk>(chunks_), partial}, chunk_count_, device_);
  kernel::run(MonitorLayers{kernel::pointer<MonitorLayer>(layers_), partial, kernel::pointer<Displacement>(sums_)},
              layer_count_, device_);
}

std::vector<Displacement> BlockMonitor::sums() const {
  return kernel::downloaded<Displacement>(sums_, static_cast<size_t>(layer_count_));
}

}  // namespace layer_rotation::rotation
