#include "advance_step.h"

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::AdvanceStep);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::BeginPart);
