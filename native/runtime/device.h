#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <vector>

namespace layer_rotation {

/// The device that 'auto', 'cpu', 'cuda' or 'cuda:N' names on this machine. Throws Error INVALID_CONFIG for any other
/// name and DEVICE_UNAVAILABLE if this LibTorch or this machine has no such device.
c10::Device resolve_device(const std::string& name);

/// 'cpu' or 'cuda:N'.
std::string device_name(c10::Device device);

struct DeviceDescription {
  std::string name;         ///< as resolve_device() takes it
  std::string description;  ///< the processor's name if it is known
  int64_t memory = 0;       ///< bytes; 0 if unknown
};

/// The CPU first, then every CUDA device.
std::vector<DeviceDescription> list_devices();

}  // namespace layer_rotation
