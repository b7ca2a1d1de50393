#pragma once

#include <c10/core/Device.h>

namespace layer_rotation {

/// What does the work that LibTorch has no operation for.
enum class Kernels {
  kCpu,    ///< our kernels for the CPU
  kBlock,  ///< our block kernels: on CUDA devices, and on the CPU for tests
  kAten,   ///< ATen operations: on CUDA devices where the addon was built without nvcc, and for tests
};

/// Whether the addon was built with nvcc.
#ifdef LAYER_ROTATION_CUDA_KERNELS
constexpr bool kHasCudaKernels = true;
#else
constexpr bool kHasCudaKernels = false;
#endif

/// What a test may ask for in place of a device's own kernels.
struct KernelChoice {
  bool prefer_aten = false;
  bool block_kernels = false;
};

inline Kernels kernels_for(at::Device device, const KernelChoice& choice) {
  if (choice.prefer_aten) return Kernels::kAten;
  if (device.is_cpu()) return choice.block_kernels ? Kernels::kBlock : Kernels::kCpu;
  return kHasCudaKernels ? Kernels::kBlock : Kernels::kAten;
}

}  // namespace layer_rotation
