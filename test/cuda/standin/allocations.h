#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "moment.h"

namespace standin {

/// Device memory is the host's, in pages of its own for each allocation. Pinned memory is known as well, because copies
/// treat it in another way than pageable memory.
enum class MemoryKind { kPageable, kPinned, kDevice };

struct Location {
  MemoryKind kind = MemoryKind::kPageable;
  int device = 0;
};

/// The place where an address lies.
Location location_of(const void* address);

cudaError_t allocate(void** address, size_t bytes, MemoryKind kind, const char* call);
cudaError_t release(void* address, MemoryKind kind, const char* call);

struct MemoryLeft {
  size_t free, total;
};
MemoryLeft memory_left(int device);

/// Fills what was allocated while `stream` was captured with NaN: a replay has to write this memory before it reads it.
void poison_memory_of_captures(uint32_t stream);

enum class Access { kRead, kWrite };

/// Notes that the work of this thread uses these bytes. Reports a violation if other work, of a stream that this one
/// has not waited for, uses them as well.
void note_access(const void* address, size_t bytes, Access access);

/// While it lives, this thread does a piece of a stream's work.
class WorkingAt {
 public:
  WorkingAt(const Moment& moment, const char* name);
  ~WorkingAt();
  WorkingAt(const WorkingAt&) = delete;
  WorkingAt& operator=(const WorkingAt&) = delete;
};

}  // namespace standin
