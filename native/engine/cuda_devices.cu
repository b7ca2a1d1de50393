#include <cuda_runtime_api.h>

#include "cuda_devices.h"

namespace layer_rotation {

DeviceDescription describe_cuda_device(int index) {
  DeviceDescription device{"cuda:" + std::to_string(index), ""};
  cudaDeviceProp properties;
  if (cudaGetDeviceProperties(&properties, index) == cudaSuccess) {
    device.description = std::string(properties.name) + ", compute capability " + std::to_string(properties.major) +
                         "." + std::to_string(properties.minor);
    device.memory = static_cast<int64_t>(properties.totalGlobalMem);
  }
  return device;
}

}  // namespace layer_rotation
