// Memory, copies and fills.

#include <cuda_runtime_api.h>

#include <cstring>
#include <string>

#include "../allocations.h"
#include "../device.h"
#include "../export.h"
#include "../load_operations.h"
#include "../stream.h"
#include "../violation.h"

using namespace standin;

namespace {

const char* name_of(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::kPageable: return "pageable";
    case MemoryKind::kPinned: return "pinned";
    case MemoryKind::kDevice: return "device";
  }
  return "";
}

Work copy(void* to, const void* from, size_t bytes) {
  const std::string name =
      std::string("memcpy ") + name_of(location_of(from).kind) + " to " + name_of(location_of(to).kind);
  return {WorkKind::kCopy, name, [=] {
            note_access(from, bytes, Access::kRead);
            note_access(to, bytes, Access::kWrite);
            std::memcpy(to, from, bytes);
          }};
}

bool is_pageable(const void* address) { return location_of(address).kind == MemoryKind::kPageable; }

bool is_capturing(cudaStream_t handle) {
  LAYER_ROTATION_STANDIN_LOCK;
  const Stream* stream = find_stream(handle);
  return stream != nullptr && stream->capture != nullptr;
}

}  // namespace

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMalloc(void** address, size_t bytes) {
  load_operations();
  return allocate(address, bytes, MemoryKind::kDevice, "cudaMalloc");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaFree(void* address) {
  return release(address, MemoryKind::kDevice, "cudaFree");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaHostAlloc(void** address, size_t bytes, unsigned) {
  return allocate(address, bytes, MemoryKind::kPinned, "cudaHostAlloc");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaFreeHost(void* address) {
  return release(address, MemoryKind::kPinned, "cudaFreeHost");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaHostRegister(void*, size_t, unsigned) { return cudaSuccess; }
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaHostUnregister(void*) { return cudaSuccess; }

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  if (is_forbidden_by_capture("cudaMemGetInfo")) {
    return fail(cudaErrorStreamCaptureUnsupported, "cudaMemGetInfo", "in a capture");
  }
  const MemoryLeft left = memory_left(current_device());
  *free = left.free;
  *total = left.total;
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind,
                                                          cudaStream_t stream) {
  const bool has_pageable = is_pageable(from) || is_pageable(to);
  if (has_pageable && is_capturing(stream)) report_violation("cudaMemcpyAsync", "pageable memory in a capture");
  const cudaError_t error = enqueue(stream, "cudaMemcpyAsync", copy(to, from, bytes));
  if (error != cudaSuccess || !has_pageable || is_capturing(stream)) return error;
  // The driver takes pageable memory at once.
  find_stream(stream)->worker.drain();
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind) {
  if (is_forbidden_by_capture("cudaMemcpy")) {
    return fail(cudaErrorStreamCaptureUnsupported, "cudaMemcpy", "in a capture");
  }
  const cudaError_t error = enqueue(nullptr, "cudaMemcpy", copy(to, from, bytes));
  if (error == cudaSuccess) wait_for(*find_stream(nullptr));
  return error;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMemcpyPeerAsync(void* to, int, const void* from, int, size_t bytes,
                                                              cudaStream_t stream) {
  return enqueue(stream, "cudaMemcpyPeerAsync", copy(to, from, bytes));
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMemsetAsync(void* address, int value, size_t bytes, cudaStream_t stream) {
  return enqueue(stream, "cudaMemsetAsync", {WorkKind::kFill, "memset", [=] {
                                               note_access(address, bytes, Access::kWrite);
                                               std::memset(address, value, bytes);
                                             }});
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaMemset(void* address, int value, size_t bytes) {
  return cudaMemsetAsync(address, value, bytes, nullptr);
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes,
                                                                   const void* address) {
  const auto [kind, device] = location_of(address);
  void* const same = const_cast<void*>(address);
  *attributes = {};
  attributes->device = kind == MemoryKind::kPageable ? -2 : device;
  switch (kind) {
    case MemoryKind::kPageable: attributes->type = cudaMemoryTypeUnregistered; break;
    case MemoryKind::kPinned: attributes->type = cudaMemoryTypeHost; break;
    case MemoryKind::kDevice: attributes->type = cudaMemoryTypeDevice; break;
  }
  (kind == MemoryKind::kDevice ? attributes->devicePointer : attributes->hostPointer) = same;
  return cudaSuccess;
}
