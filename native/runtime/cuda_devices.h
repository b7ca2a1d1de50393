#pragma once

#include <string>

#include "device.h"

namespace layer_rotation {

/// Name and memory of CUDA device `index`; only its name if the addon was built without nvcc.
DeviceDescription describe_cuda_device(int index);

/// Free memory of the current device, as in "1.2 of 79.2 GiB are free on the device"; empty if it is unknown.
std::string cuda_memory_left();

}  // namespace layer_rotation
