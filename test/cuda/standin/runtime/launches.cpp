// Registration and launches of kernels. What nvcc generates calls the functions with two underscores.

#include <cuda_runtime_api.h>

#include <vector>

#include "../export.h"
#include "../kernels.h"

namespace {

/// The configuration between <<< and >>>, on its way to the launch.
struct Configuration {
  dim3 blocks, threads;
  size_t shared;
  cudaStream_t stream;
};
thread_local std::vector<Configuration> configurations;

}  // namespace

LAYER_ROTATION_STANDIN_EXPORT void** __cudaRegisterFatBinary(void* fatbin) { return standin::register_module(fatbin); }
LAYER_ROTATION_STANDIN_EXPORT void __cudaRegisterFatBinaryEnd(void**) {}
LAYER_ROTATION_STANDIN_EXPORT void __cudaUnregisterFatBinary(void**) {}
LAYER_ROTATION_STANDIN_EXPORT char __cudaInitModule(void**) { return 1; }
LAYER_ROTATION_STANDIN_EXPORT void __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}
LAYER_ROTATION_STANDIN_EXPORT void __cudaRegisterFunction(void** module, const char* function, char*, const char* name,
                                                          int, uint3*, uint3*, dim3*, dim3*, int*) {
  standin::register_kernel(module, function, name);
}

LAYER_ROTATION_STANDIN_EXPORT unsigned __cudaPushCallConfiguration(dim3 blocks, dim3 threads, size_t shared,
                                                                   cudaStream_t stream) {
  configurations.push_back({blocks, threads, shared, stream});
  return 0;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t __cudaPopCallConfiguration(dim3* blocks, dim3* threads, size_t* shared,
                                                                     void* stream) {
  const Configuration last = configurations.back();
  configurations.pop_back();
  *blocks = last.blocks;
  *threads = last.threads;
  *shared = last.shared;
  *static_cast<cudaStream_t*>(stream) = last.stream;
  return cudaSuccess;
}

// A kernel's handle is the address of its function on the host.
LAYER_ROTATION_STANDIN_EXPORT cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  *kernel = reinterpret_cast<cudaKernel_t>(const_cast<void*>(function));
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 blocks, dim3 threads,
                                                             void** arguments, size_t shared, cudaStream_t stream) {
  return standin::launch(kernel, blocks, threads, arguments, shared, stream, "a launch");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaLaunchKernel(const void* function, dim3 blocks, dim3 threads,
                                                           void** arguments, size_t shared, cudaStream_t stream) {
  return standin::launch(function, blocks, threads, arguments, shared, stream, "cudaLaunchKernel");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* configuration,
                                                              const void* function, void** arguments) {
  return standin::launch(function, configuration->gridDim, configuration->blockDim, arguments,
                         configuration->dynamicSmemBytes, configuration->stream, "cudaLaunchKernelExC");
}

// Attributes of kernels, as of a small one on compute capability 9.0.
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  attributes->maxThreadsPerBlock = 1024;
  attributes->numRegs = 32;
  attributes->binaryVersion = attributes->ptxVersion = 90;
  attributes->maxDynamicSharedSizeBytes = 48 << 10;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) {
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaKernelSetAttributeForDevice(cudaKernel_t, cudaFuncAttribute, int, int) {
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*, int,
                                                                                        size_t) {
  *blocks = 4;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks,
                                                                                                 const void*, int,
                                                                                                 size_t, unsigned) {
  *blocks = 4;
  return cudaSuccess;
}
