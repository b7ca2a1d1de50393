// Devices: as many as the settings say, each as an H200 describes itself.

#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <cstdio>
#include <string>

#include "../device.h"
#include "../export.h"
#include "../settings.h"
#include "../stream.h"

using standin::settings;

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGetDeviceCount(int* count) {
  *count = settings().devices;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGetDevice(int* device) {
  *device = standin::current_device();
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= settings().devices) {
    return standin::refuse(cudaErrorInvalidDevice, "cudaSetDevice", std::to_string(device));
  }
  standin::choose_device(device);
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "Stand-in %d", device);
  properties->totalGlobalMem = settings().memory;
  properties->multiProcessorCount = settings().processors;
  properties->major = 9;
  properties->minor = 0;
  properties->warpSize = 32;
  properties->maxThreadsPerBlock = 1024;
  properties->maxThreadsDim[0] = properties->maxThreadsDim[1] = 1024;
  properties->maxThreadsDim[2] = 64;
  properties->maxGridSize[0] = 2147483647;
  properties->maxGridSize[1] = properties->maxGridSize[2] = 65535;
  properties->maxThreadsPerMultiProcessor = 2048;
  properties->maxBlocksPerMultiProcessor = 32;
  properties->regsPerBlock = properties->regsPerMultiprocessor = 65536;
  properties->sharedMemPerBlock = 48 << 10;
  properties->sharedMemPerBlockOptin = 227 << 10;
  properties->sharedMemPerMultiprocessor = 228 << 10;
  properties->l2CacheSize = 60 << 20;
  properties->memoryBusWidth = 6144;
  properties->textureAlignment = 512;
  properties->concurrentKernels = properties->unifiedAddressing = properties->cooperativeLaunch = 1;
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  cudaDeviceProp properties;
  cudaGetDeviceProperties(&properties, device);
  const auto bytes = [](size_t count) { return static_cast<int>(count); };
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: *value = properties.multiProcessorCount; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = bytes(properties.sharedMemPerBlock); break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = bytes(properties.sharedMemPerBlockOptin); break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor: *value = bytes(properties.sharedMemPerMultiprocessor); break;
    case cudaDevAttrComputeCapabilityMajor: *value = properties.major; break;
    case cudaDevAttrComputeCapabilityMinor: *value = properties.minor; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor: *value = properties.maxThreadsPerMultiProcessor; break;
    case cudaDevAttrMaxThreadsPerBlock: *value = properties.maxThreadsPerBlock; break;
    case cudaDevAttrMaxGridDimX: *value = properties.maxGridSize[0]; break;
    case cudaDevAttrWarpSize: *value = properties.warpSize; break;
    default: *value = 0;
  }
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  *least = 0;
  *greatest = -5;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDeviceCanAccessPeer(int* can, int, int) {
  *can = 1;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDeviceEnablePeerAccess(int, unsigned) { return cudaSuccess; }
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDeviceGetPCIBusId(char* text, int size, int device) {
  std::snprintf(text, static_cast<size_t>(size), "0000:%02x:00.0", device);
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDeviceSynchronize() {
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  if (standin::is_forbidden_by_capture("cudaDeviceSynchronize")) {
    return standin::fail(cudaErrorStreamCaptureUnsupported, "cudaDeviceSynchronize", "in a capture");
  }
  standin::wait_for_device(standin::current_device());
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaDriverGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGetDriverEntryPointByVersion(const char* name, void** function, unsigned,
                                                                           unsigned long long,
                                                                           cudaDriverEntryPointQueryResult* result) {
  *function = dlsym(RTLD_DEFAULT, name);
  if (result != nullptr) {
    *result = *function == nullptr ? cudaDriverEntryPointSymbolNotFound : cudaDriverEntryPointSuccess;
  }
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGetLastError() {
  const cudaError_t error = standin::last_error();
  standin::clear_last_error();
  return error;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaPeekAtLastError() { return standin::last_error(); }

// The words by which LibTorch and the project tell errors from each other.
LAYER_ROTATION_STANDIN_EXPORT const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "no error";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInvalidDevice: return "invalid device ordinal";
    case cudaErrorInvalidResourceHandle: return "invalid resource handle";
    case cudaErrorIllegalAddress: return "an illegal memory access was encountered";
    case cudaErrorMisalignedAddress: return "misaligned address";
    case cudaErrorLaunchFailure: return "unspecified launch failure";
    case cudaErrorStreamCaptureUnsupported: return "operation not permitted when stream is capturing";
    case cudaErrorStreamCaptureInvalidated: return "operation failed due to a previous error during capture";
    case cudaErrorStreamCaptureImplicit: return "operation would make the legacy stream depend on a capturing stream";
    default: {
      thread_local char text[32];
      std::snprintf(text, sizeof text, "CUDA error %d", static_cast<int>(error));
      return text;
    }
  }
}
LAYER_ROTATION_STANDIN_EXPORT const char* cudaGetErrorName(cudaError_t error) { return cudaGetErrorString(error); }
