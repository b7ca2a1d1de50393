#include "dropout_kernel.h"

#include <c10/util/BFloat16.h>

#include "../../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::DropoutMask<float>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::DropoutMask<c10::BFloat16>);
