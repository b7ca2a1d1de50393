#pragma once

// A function with LAYER_ROTATION_CLONES is compiled for AVX-512, AVX2 and the baseline, and the right clone is chosen
// when the addon is loaded: one build runs everywhere at full speed. A build for tests runs on the machine that it is
// made on, and has only the clone that fits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__) && \
    !defined(LAYER_ROTATION_FOR_TESTS) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LAYER_ROTATION_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LAYER_ROTATION_CLONES
#endif
/// Arithmetic that is inlined into the CPU's clones, and into CUDA kernels where nvcc compiles it.
#ifdef __CUDACC__
#define LAYER_ROTATION_INLINE __host__ __device__ __forceinline__
#else
#define LAYER_ROTATION_INLINE inline __attribute__((always_inline))
#endif
/// Follows the parameters of a lambda that is inlined into a clone.
#define LAYER_ROTATION_INLINE_LAMBDA __attribute__((always_inline))
