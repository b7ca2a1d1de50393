#include "advance_step.h"

#include "run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::kernel::AdvanceStep);
