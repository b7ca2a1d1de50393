#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "monitor.h"
#include "monitor_kernel.h"

namespace layer_rotation::rotation {

/// The displacement of all layers from a reference, as two block kernels that neither allocate nor wait: one for the
/// chunks of all layers, one for the layers' totals.
class BlockMonitor {
 public:
  /// The layers and the reference must outlive the monitor.
  BlockMonitor(const Layers& layers, const Reference& reference);

  void enqueue() const;
  /// [layers]: the sums that were enqueued last. Waits for the device.
  std::vector<Displacement> sums() const;

 private:
  at::Device device_;
  int64_t chunk_count_ = 0;
  int64_t layer_count_ = 0;
  at::Tensor chunks_, layers_, partial_, sums_;
};

}  // namespace layer_rotation::rotation
