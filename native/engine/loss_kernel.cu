#include "loss_kernel.h"

#include <c10/util/BFloat16.h>

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::LossOfRows<float, false>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::LossOfRows<float, true>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::LossOfRows<c10::BFloat16, false>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::LossOfRows<c10::BFloat16, true>);
