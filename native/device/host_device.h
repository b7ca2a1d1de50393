#pragma once

/// Marks a function of the host that nvcc compiles for CUDA devices too.
#ifdef __CUDACC__
#define LAYER_ROTATION_HOST_DEVICE __host__ __device__
#else
#define LAYER_ROTATION_HOST_DEVICE
#endif

/// Unrolls the loop that follows, in device code.
#ifdef __CUDA_ARCH__
#define LAYER_ROTATION_UNROLL _Pragma("unroll")
#else
#define LAYER_ROTATION_UNROLL
#endif
