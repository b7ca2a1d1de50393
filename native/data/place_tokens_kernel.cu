#include "place_tokens_kernel.h"

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceTokens);
