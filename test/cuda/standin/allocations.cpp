#include "allocations.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "device.h"
#include "device_memory.h"
#include "settings.h"
#include "stream.h"
#include "violation.h"

namespace standin {
namespace {

/// LibTorch's allocator hands out multiples of this, so that no two tensors share a granule.
constexpr size_t kGranule = 512;
constexpr size_t kPage = 4096;

/// The bytes of the host's memory for an allocation: whole pages, and one that belongs to no allocation.
size_t mapped(size_t bytes) { return (bytes + kPage - 1) / kPage * kPage + kPage; }

/// Work that used a granule.
struct Use {
  uint32_t stream = 0;
  uint64_t tick = 0;  ///< 0: none
  const std::string* name = nullptr;
};
struct Granule {
  Use written, read;
};

struct Allocation {
  uintptr_t begin;
  size_t bytes;
  MemoryKind kind;
  int device;
  std::optional<uint32_t> captured_on;  ///< the stream whose capture it was made in
  std::vector<Granule> granules;        ///< made when the first work uses it

  bool holds(uintptr_t address, size_t count) const { return address >= begin && address + count <= begin + bytes; }
  size_t granule(uintptr_t address) const { return (address - begin) / kGranule; }
};

struct Memory {
  std::map<uintptr_t, std::unique_ptr<Allocation>> all;  ///< by address
  std::map<int, size_t> used;                            ///< by device
};

Memory& memory() {
  static auto& memory = *new Memory;
  return memory;
}

/// Counts releases: until the next one a thread may remember an allocation without a lock.
std::atomic<uint64_t> releases = 0;

Allocation* find(uintptr_t address) {
  const auto next = memory().all.upper_bound(address);
  if (next == memory().all.begin()) return nullptr;
  Allocation* found = std::prev(next)->second.get();
  return found->holds(address, 1) ? found : nullptr;
}

/// The work that this thread does, and which granules it has used without a note of how.
struct Working {
  uint64_t number;  ///< among those of this thread, beginning with 1
  Moment moment;
  const std::string* name;
  std::unordered_map<Allocation*, std::vector<bool>> used;
  bool has_reported = false;
};
thread_local Working* working = nullptr;

uint64_t number_of_work() { return working == nullptr ? 0 : working->number; }

/// The same name at the same address.
const std::string* interned(const char* name) {
  static auto& names = *new std::set<std::string>;
  LAYER_ROTATION_STANDIN_LOCK;
  return &*names.insert(name).first;
}

void check(const Use& other, const char* how) {
  if (other.tick == 0 || working->moment.is_after(other.stream, other.tick) || working->has_reported) return;
  working->has_reported = true;
  report_violation(*working->name, std::string("uses memory that ") + *other.name + ' ' + how +
                                       " on a stream that it has not waited for");
}

void note(Allocation& allocation, size_t first, size_t last, Access access) {
  if (allocation.granules.empty()) allocation.granules.resize((allocation.bytes + kGranule - 1) / kGranule);
  const Use use{working->moment.stream, working->moment.tick, working->name};
  for (size_t i = first; i <= last; ++i) {
    Granule& granule = allocation.granules[i];
    check(granule.written, "writes");
    if (access == Access::kWrite) check(granule.read, "reads");
    (access == Access::kWrite ? granule.written : granule.read) = use;
  }
}

}  // namespace

Location location_of(const void* address) {
  LAYER_ROTATION_STANDIN_LOCK;
  const Allocation* found = find(reinterpret_cast<uintptr_t>(address));
  return found == nullptr ? Location{} : Location{found->kind, found->device};
}

bool is_device_memory(const void* address, size_t bytes) {
  struct Known {
    uint64_t releases;
    Allocation* allocation;
    uint64_t working;
    std::vector<bool>* used;  ///< null if no work runs
  };
  thread_local Known known{};
  const auto begin = reinterpret_cast<uintptr_t>(address);
  const bool is_known = known.allocation != nullptr && known.releases == releases &&
                        known.working == number_of_work() && known.allocation->holds(begin, bytes);
  if (!is_known) {
    LAYER_ROTATION_STANDIN_LOCK;
    Allocation* found = find(begin);
    if (found == nullptr || found->kind != MemoryKind::kDevice || !found->holds(begin, bytes)) return false;
    known = {releases, found, number_of_work(), nullptr};
    if (working != nullptr) {
      known.used = &working->used[found];
      known.used->resize((found->bytes + kGranule - 1) / kGranule);
    }
  }
  if (known.used != nullptr) {
    const size_t last = known.allocation->granule(begin + bytes - 1);
    for (size_t i = known.allocation->granule(begin); i <= last; ++i) (*known.used)[i] = true;
  }
  return true;
}

cudaError_t allocate(void** address, size_t bytes, MemoryKind kind, const char* call) {
  LAYER_ROTATION_STANDIN_LOCK;
  if (const cudaError_t lost = loss_of_device(); lost != cudaSuccess) return fail(lost, call, "the device is lost");
  if (is_forbidden_by_capture(call)) return fail(cudaErrorStreamCaptureUnsupported, call, "in a capture");
  const bool is_device = kind == MemoryKind::kDevice;
  const Stream* captured = captured_by_this_thread();
  const bool is_refused = captured != nullptr && settings().refuses_memory_while_capturing;
  if (is_device && (is_refused || memory().used[current_device()] + bytes > settings().memory)) {
    return fail(cudaErrorMemoryAllocation, call, std::to_string(bytes) + " bytes");
  }
  void* made = mmap(nullptr, mapped(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (made == MAP_FAILED) return fail(cudaErrorMemoryAllocation, call, "the host's memory");
  const auto begin = reinterpret_cast<uintptr_t>(made);
  auto allocation = std::make_unique<Allocation>(Allocation{begin, bytes, kind, current_device(), std::nullopt, {}});
  if (captured != nullptr && is_device) allocation->captured_on = captured->number;
  memory().all[begin] = std::move(allocation);
  if (is_device) memory().used[current_device()] += bytes;
  *address = made;
  return cudaSuccess;
}

cudaError_t release(void* address, MemoryKind kind, const char* call) {
  if (address == nullptr) return cudaSuccess;
  if (const cudaError_t lost = loss_of_device(); lost != cudaSuccess) return fail(lost, call, "the device is lost");
  if (is_forbidden_by_capture(call)) return fail(cudaErrorStreamCaptureUnsupported, call, "in a capture");
  // A driver waits for the device before it frees memory.
  wait_for_device(location_of(address).device);
  LAYER_ROTATION_STANDIN_LOCK;
  const auto found = memory().all.find(reinterpret_cast<uintptr_t>(address));
  if (found == memory().all.end() || found->second->kind != kind) {
    return refuse(cudaErrorInvalidValue, call, "an address that was not allocated, or was freed before");
  }
  if (kind == MemoryKind::kDevice) memory().used[found->second->device] -= found->second->bytes;
  munmap(address, mapped(found->second->bytes));
  memory().all.erase(found);
  ++releases;
  return cudaSuccess;
}

MemoryLeft memory_left(int device) {
  LAYER_ROTATION_STANDIN_LOCK;
  return {settings().memory - memory().used[device], settings().memory};
}

void poison_memory_of_captures(uint32_t stream) {
  LAYER_ROTATION_STANDIN_LOCK;
  for (const auto& [begin, allocation] : memory().all) {
    if (allocation->captured_on == stream) std::memset(reinterpret_cast<void*>(begin), 0xff, allocation->bytes);
  }
}

void note_access(const void* address, size_t bytes, Access access) {
  if (working == nullptr || bytes == 0) return;
  LAYER_ROTATION_STANDIN_LOCK;
  const auto begin = reinterpret_cast<uintptr_t>(address);
  Allocation* found = find(begin);
  if (found == nullptr || found->kind != MemoryKind::kDevice) return;
  const uintptr_t last = std::min(begin + bytes, found->begin + found->bytes) - 1;
  note(*found, found->granule(begin), found->granule(last), access);
}

WorkingAt::WorkingAt(const Moment& moment, const char* name) {
  thread_local uint64_t last = 0;
  working = new Working{++last, moment, interned(name), {}, false};
}

WorkingAt::~WorkingAt() {
  LAYER_ROTATION_STANDIN_LOCK;
  for (const auto& [allocation, used] : working->used) {
    for (size_t i = 0; i < used.size(); ++i) {
      if (used[i]) note(*allocation, i, i, Access::kWrite);
    }
  }
  delete working;
  working = nullptr;
}

}  // namespace standin
