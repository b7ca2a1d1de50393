#include "monitor_kernel.h"

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::rotation::MonitorChunks);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::rotation::MonitorLayers);
