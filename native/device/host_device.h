#pragma once

/// Marks a function of the host that nvcc compiles for CUDA devices too.
#ifdef __CUDACC__
#define LAYER_ROTATION_HOST_DEVICE __host__ __device__
#else
#define LAYER_ROTATION_HOST_DEVICE
#endif
