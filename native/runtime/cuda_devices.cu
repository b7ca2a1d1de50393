#include <cuda_runtime_api.h>

#include <cstdio>

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

std::string cuda_memory_left() {
  size_t free = 0, total = 0;
  if (cudaMemGetInfo(&free, &total) != cudaSuccess) {
    cudaGetLastError();  // clears the error, which the next launch would report
    return {};
  }
  char text[64];
  constexpr double kGiB = 1 << 30;
  std::snprintf(text, sizeof text, "%.1f of %.1f GiB are free on the device", static_cast<double>(free) / kGiB,
                static_cast<double>(total) / kGiB);
  return text;
}

}  // namespace layer_rotation
