#ifndef LAYER_ROTATION_CUDA_KERNELS

#include "cuda_devices.h"

namespace layer_rotation {

DeviceDescription describe_cuda_device(int index) { return {"cuda:" + std::to_string(index), ""}; }

std::string cuda_memory_left() { return {}; }

}  // namespace layer_rotation

#endif
