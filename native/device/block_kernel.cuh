#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "block_kernel.h"
#include "sum.h"

/// Block kernels in CUDA's threads. This file needs nothing but CUDA's language, so that a test can compile it for
/// threads of the host.
namespace layer_rotation::kernel {

template <class Sum>
__device__ Sum warp_sum(Sum value, int lanes) {
  for (int offset = lanes / 2; offset > 0; offset /= 2) {
    auto other = std::bit_cast<Numbers<Sum>>(value);
#pragma unroll
    for (double& number : other.values) number = __shfl_down_sync(0xffffffffu, number, offset);
    value += std::bit_cast<Sum>(other);
  }
  return value;
}

/// The sum of block_sum_on_host(), in thread 0. `shared`: kWarps sums, which the block may use again after a
/// __syncthreads().
template <class Sum>
__device__ Sum block_sum(Sum value, Sum* shared) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  value = warp_sum(value, kWarp);
  if (lane == 0) shared[warp] = value;
  __syncthreads();
  if (warp != 0) return value;
  value = shared[lane % kWarps];
  return warp_sum(value, kWarps);
}

/// Returns, in all threads, whether all other blocks of the launch have arrived here. Their stores are then visible.
__device__ inline bool arrives_last(uint32_t* arrivals) {
  __shared__ bool is_last;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) is_last = atomicAdd(arrivals, 1u) == gridDim.x - 1;
  __syncthreads();
  __threadfence();
  return is_last;
}

/// Ends a launch in its last block.
template <Finishing Kernel>
__device__ void finish_launch(const Kernel& kernel) {
  using Total = typename Kernel::Total;
  uint32_t* arrivals = kernel.arrivals();
  if (arrivals == nullptr || !arrives_last(arrivals)) return;
  Total total{};
  if constexpr (!std::is_same_v<Total, NoSum>) {
    alignas(Total) __shared__ unsigned char shared[kWarps * sizeof(Total)];
    total = block_sum(kernel.total(threadIdx.x), reinterpret_cast<Total*>(shared));
  }
  if (threadIdx.x != 0) return;
  kernel.finish(total);
  *static_cast<volatile uint32_t*>(arrivals) = 0;
}

template <class Kernel>
__global__ void __launch_bounds__(kThreads) block_kernel(const Kernel kernel, int64_t items) {
  using Sum = typename Kernel::Sum;
  for (int64_t item = blockIdx.x; item < items; item += gridDim.x) {
    if constexpr (std::is_same_v<Sum, NoSum>) {
      kernel.sum(item, threadIdx.x);
    } else {
      // Bytes, because a shared variable cannot have a constructor.
      alignas(Sum) __shared__ unsigned char shared[kWarps * sizeof(Sum)];
      const Sum total = block_sum(kernel.sum(item, threadIdx.x), reinterpret_cast<Sum*>(shared));
      if (threadIdx.x == 0) kernel.store(item, total);
      __syncthreads();
    }
  }
  if constexpr (Finishing<Kernel>) finish_launch(kernel);
}

}  // namespace layer_rotation::kernel
