#pragma once

#include <string>

#include "device.h"

namespace layer_rotation {

/// Name and memory of CUDA device `index`; its name alone where the addon was built without nvcc.
DeviceDescription describe_cuda_device(int index);

/// "1.2 of 79.2 GiB are free on the device" of the current device; empty where that cannot be had.
std::string cuda_memory_left();

}  // namespace layer_rotation
