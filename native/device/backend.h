#pragma once

#include <c10/core/Device.h>

namespace layer_rotation {

/// The code that does the work for which LibTorch has no operation.
enum class Backend {
  kCpu,    ///< our loops over SIMD lanes, for the CPU
  kBlock,  ///< our block kernels: on CUDA devices, and on the CPU for tests
  kAten,   ///< ATen operations: on CUDA devices where the addon was built without nvcc, and for tests
};

/// True if the addon was built with nvcc.
#ifdef LAYER_ROTATION_CUDA_KERNELS
constexpr bool kHasCudaKernels = true;
#else
constexpr bool kHasCudaKernels = false;
#endif

/// A test's wish for another backend than the device's usual one.
struct BackendChoice {
  bool prefer_aten = false;
  bool block_kernels = false;
};

inline Backend backend_for(at::Device device, const BackendChoice& choice) {
  if (choice.prefer_aten) return Backend::kAten;
  if (device.is_cpu()) return choice.block_kernels ? Backend::kBlock : Backend::kCpu;
  return kHasCudaKernels ? Backend::kBlock : Backend::kAten;
}

}  // namespace layer_rotation
