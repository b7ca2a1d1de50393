#pragma once

#include <cstdint>

#include "block_kernel.h"

namespace layer_rotation::kernel {

/// Runs the phases of every gridDim.x-th item.
template <Phased Kernel>
__global__ void __launch_bounds__(kThreads) phased_kernel(const Kernel kernel, int64_t items) {
  using Shared = typename Kernel::Shared;
  // Bytes, because a shared variable cannot have a constructor.
  alignas(Shared) __shared__ unsigned char bytes[sizeof(Shared)];
  Shared& shared = reinterpret_cast<Shared&>(bytes);
  for (int64_t item = blockIdx.x; item < items; item += gridDim.x) {
    for_each_phase<Kernel>([&]<int kPhase>() {
      kernel.template run<kPhase>(item, threadIdx.x, shared);
      __syncthreads();
    });
  }
}

}  // namespace layer_rotation::kernel
