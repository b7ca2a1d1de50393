#pragma once

#include "device.h"

namespace layer_rotation {

/// Name and memory of CUDA device `index`; its name alone where the addon was built without nvcc.
DeviceDescription describe_cuda_device(int index);

}  // namespace layer_rotation
