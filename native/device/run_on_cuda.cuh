#pragma once

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <atomic>
#include <tuple>
#include <variant>

#include "block_kernel.cuh"
#include "phased_kernel.cuh"

namespace layer_rotation::kernel {

/// The function of the device that runs a kernel.
template <class Kernel>
constexpr auto entry_of() {
  if constexpr (Phased<Kernel>) {
    return &phased_kernel<Kernel>;
  } else {
    return &block_kernel<Kernel>;
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
        cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_processor, entry_of<Kernel>(), kThreads, /*shared=*/0));
    blocks = static_cast<int64_t>(processors) * std::max(1, per_processor);
    if (device < kDevices) known[device] = blocks;
  }
  return blocks;
}

template <class Kernel>
void run_on_cuda(const Kernel& kernel, int64_t items) {
  const auto blocks = static_cast<unsigned>(std::min(items, resident_blocks<Kernel>()));
  const auto entry = entry_of<Kernel>();
  entry<<<blocks, kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(kernel, items);
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

/// Compiles a kernel for the device, in a .cu file. A type of several parameters has commas, hence the dots.
#define LAYER_ROTATION_CUDA_KERNEL(...) \
  template void layer_rotation::kernel::run_on_cuda<__VA_ARGS__>(const __VA_ARGS__&, int64_t)
