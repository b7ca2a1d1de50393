#include "global_average_pool_kernel.h"

#include "../../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::MeansOfPixels<float>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::MeansOfPixels<c10::BFloat16>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::GradientsOfPixels<float>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::GradientsOfPixels<c10::BFloat16>);
