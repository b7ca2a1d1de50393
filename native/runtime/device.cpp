#include "device.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <torch/cuda.h>

#include <charconv>

#include "../error.h"
#include "cuda_devices.h"

namespace layer_rotation {
namespace {

c10::Device cuda_device(const std::string& name, int index) {
  const auto count = static_cast<int>(torch::cuda::device_count());
  if (count == 0) {
    throw Error("DEVICE_UNAVAILABLE", "device " + name + ": " +
                                          (LAYER_ROTATION_CUDA ? "no CUDA device is available on this machine"
                                                               : "this LibTorch was built without CUDA") +
                                          "; use device cpu or auto");
  }
  if (index >= count) {
    throw Error("DEVICE_UNAVAILABLE", "device " + name + ": this machine has " + std::to_string(count) +
                                          " CUDA device(s), cuda:0 to cuda:" + std::to_string(count - 1));
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace

c10::Device resolve_device(const std::string& name) {
  if (name == "cpu") return c10::kCPU;
  if (name == "auto") return torch::cuda::is_available() ? cuda_device("cuda", 0) : c10::Device(c10::kCPU);
  if (name == "cuda") return cuda_device(name, 0);
  if (name.starts_with("cuda:")) {
    int index = -1;
    const char *begin = name.data() + 5, *end = name.data() + name.size();
    const auto [parsed, error] = std::from_chars(begin, end, index);
    if (error == std::errc() && parsed == end && index >= 0) return cuda_device(name, index);
  }
  throw Error("INVALID_CONFIG", "device " + name + ": expected auto, cpu, cuda or cuda:N");
}

std::string device_name(c10::Device device) {
  return device.is_cpu() ? "cpu" : "cuda:" + std::to_string(device.index());
}

std::vector<DeviceDescription> list_devices() {
  std::vector<DeviceDescription> devices{{"cpu", at::get_cpu_capability()}};
  const auto count = static_cast<int>(torch::cuda::device_count());
  for (int index = 0; index < count; ++index) devices.push_back(describe_cuda_device(index));
  return devices;
}

}  // namespace layer_rotation
