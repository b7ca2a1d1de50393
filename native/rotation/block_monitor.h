#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "monitor.h"
#include "monitor_kernel.h"

namespace layer_rotation::rotation {

/// The displacement of all layers from a reference, as two block kernels that allocate nothing and wait for nothing:
/// all layers' chunks in one launch, then their totals.
class BlockMonitor {
 public:
  /// The layers and the reference must outlive it.
  BlockMonitor(const Layers& layers, const Reference& reference);

  void enqueue() const;
  /// [layers]: what was enqueued last. Waits for the device.
  std::vector<Displacement> sums() const;

 private:
  at::Device device_;
  int64_t chunk_count_ = 0;
  int64_t layer_count_ = 0;
  at::Tensor chunks_, layers_, partial_, sums_;
};

}  // namespace layer_rotation::rotation
