#include "change_images_kernel.h"

#include "../../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::CopyImages);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::ChangeImages);
