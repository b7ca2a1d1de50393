#pragma once

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <tuple>
#include <variant>

#include "block_kernel.h"
#include "sum.h"

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

template <class Kernel>
__global__ void __launch_bounds__(kThreads) block_kernel(const Kernel kernel, int64_t items) {
  using Sum = typename Kernel::Sum;
  for (int64_t item = blockIdx.x; item < items; item += gridDim.x) {
    if constexpr (std::is_same_v<Sum, NoSum>) {
      kernel.sum(item, threadIdx.x);
    } else {
      // Bytes, because a shared variable cannot have a constructor.
      __shared__ alignas(Sum) unsigned char shared[kWarps * sizeof(Sum)];
      const Sum total = block_sum(kernel.sum(item, threadIdx.x), reinterpret_cast<Sum*>(shared));
      if (threadIdx.x == 0) kernel.store(item, total);
      __syncthreads();
    }
  }
}

/// The number of blocks that fill the current device exactly. One more would wait for a whole round of the others.
template <class Kernel>
int64_t resident_blocks() {
  constexpr int kDevices = 64;
  static std::atomic<int64_t> known[kDevices] = {};
  const int device = c10::cuda::current_device();
  int64_t blocks = device < kDevices ? known[device].load() : 0;
  if (blocks == 0) {
    int processors = 0, per_processor = 0;
    C10_CUDA_CHECK(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device));
    C10_CUDA_CHECK(
        cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_processor, block_kernel<Kernel>, kThreads, /*shared=*/0));
    blocks = static_cast<int64_t>(processors) * std::max(1, per_processor);
    if (device < kDevices) known[device] = blocks;
  }
  return blocks;
}

template <class Kernel>
void run_on_cuda(const Kernel& kernel, int64_t items) {
  const auto blocks = static_cast<unsigned>(std::min(items, resident_blocks<Kernel>()));
  block_kernel<Kernel><<<blocks, kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(kernel, items);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

/// In a .cu file, `template struct CompiledForAll<Kernel, std::variant<A, B, …>>;` compiles Kernel<A>, Kernel<B>, … for
/// the device: to have their addresses, the compiler has to make them.
template <template <class> class Kernel, class Variant>
struct CompiledForAll;
template <template <class> class Kernel, class... T>
struct CompiledForAll<Kernel, std::variant<T...>> {
  static const std::tuple<void (*)(const Kernel<T>&, int64_t)...> kAddresses;
};
template <template <class> class Kernel, class... T>
const std::tuple<void (*)(const Kernel<T>&, int64_t)...> CompiledForAll<Kernel, std::variant<T...>>::kAddresses{
    &run_on_cuda<Kernel<T>>...};

}  // namespace layer_rotation::kernel

/// Compiles `Kernel` for the device, in a .cu file.
#define LAYER_ROTATION_CUDA_KERNEL(Kernel) \
  template void layer_rotation::kernel::run_on_cuda<Kernel>(const Kernel&, int64_t)
