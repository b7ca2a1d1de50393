#include "cpu_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <unordered_map>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace layer_rotation {
namespace {

/// Smaller tensors stay with the C library: rounded up to whole units they would waste more than the heap does.
constexpr size_t kSmallestBlock = 256 << 10;
constexpr size_t kBlockUnit = 64 << 10;
constexpr size_t kHugePage = 2 << 20;
/// Blocks of this size may replace free ones: the time for new pages is small beside that of computing with them.
constexpr size_t kLargeBlock = 8 << 20;
/// A request takes a free block of up to this many times its size, so that an epoch's last, smaller batch fits into the
/// blocks of the other batches.
constexpr size_t kLargestExcess = 2;
constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

// AddressSanitizer knows the memory that the C library hands out; for these blocks we tell it what a tensor may touch.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kGuard = 4 << 10;  ///< behind every tensor
void allow(const void* memory, size_t bytes) { __asan_unpoison_memory_region(memory, bytes); }
void forbid(const void* memory, size_t bytes) { __asan_poison_memory_region(memory, bytes); }
#else
constexpr size_t kGuard = 0;
void allow(const void*, size_t) {}
void forbid(const void*, size_t) {}
#endif

/// The bytes of this process in memory that the kernel cannot take back by itself, as it can the pages of files.
size_t resident_bytes() {
  unsigned long size = 0, resident = 0, shared = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%lu %lu %lu", &size, &resident, &shared) != 3) resident = shared = 0;
    std::fclose(file);
  }
  return (resident - std::min(resident, shared)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

class BlockAllocator final : public c10::Allocator {
 public:
  static BlockAllocator& instance() {
    // Never destroyed: LibTorch's own static objects free tensors after ours would be gone.
    static auto* allocator = new BlockAllocator();
    return *allocator;
  }

  c10::DataPtr allocate(size_t bytes) override {
    const bool small = bytes < kSmallestBlock;
    void* memory = small ? c10::alloc_cpu(bytes) : take(bytes);
    return {memory, memory, small ? &c10::free_cpu : &give_back, c10::Device(c10::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &free_either; }

  void copy_data(void* to, const void* from, size_t bytes) const override { std::memcpy(to, from, bytes); }

  void limit(size_t bytes) {
    const std::lock_guard lock(mutex_);
    limit_ = bytes;
  }

  void reserve(size_t bytes) {
    const std::lock_guard lock(mutex_);
    require_room(bytes, "a copy");
  }

  void release() {
    const std::lock_guard lock(mutex_);
    release_locked();
  }

 private:
  void* map(size_t bytes) {
    void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block != MAP_FAILED) mapped_ += bytes;
    return block;
  }

  void unmap(void* block, size_t bytes) {
    allow(block, bytes);
    munmap(block, bytes);
    mapped_ -= bytes;
  }

  /// The bytes that this process uses. New blocks become resident when they are written to, so both numbers can be the
  /// smaller one.
  size_t in_use() const { return std::max(resident_bytes(), mapped_); }

  bool exceeds(size_t bytes) const { return bytes > limit_ || in_use() > limit_ - bytes; }

  /// Releases the free blocks if `bytes` more would exceed the limit, and throws if they still would.
  void require_room(size_t bytes, const char* what) {
    if (limit_ == kNoLimit) return;
    if (exceeds(bytes)) release_locked();
    TORCH_CHECK_WITH(OutOfMemoryError, !exceeds(bytes), "not enough memory for ", what, " of ", bytes,
                     " bytes: this process uses ", in_use(), " of the ", limit_, " bytes that it may use");
  }

  /// Releases at least `bytes` of free blocks, if there are as many, before the process grows by `bytes`: first the
  /// blocks that are too small, from the largest on, then those that are too large.
  void make_room(size_t bytes) {
    size_t released = 0;
    while (!free_.empty() && released < bytes) {
      const auto larger = free_.lower_bound(bytes);
      const auto chosen = larger == free_.begin() ? larger : std::prev(larger);
      unmap(chosen->second, chosen->first);
      released += chosen->first;
      free_.erase(chosen);
    }
  }

  void release_locked() {
    for (const auto& [bytes, block] : free_) unmap(block, bytes);
    free_.clear();
  }

  void* take(size_t bytes) {
    const size_t rounded = (bytes + kGuard + kBlockUnit - 1) / kBlockUnit * kBlockUnit;
    const std::lock_guard lock(mutex_);
    const auto fitting = free_.lower_bound(rounded);
    if (fitting != free_.end() && fitting->first <= kLargestExcess * rounded) {
      const auto [size, block] = *fitting;
      free_.erase(fitting);
      used_.emplace(block, size);
      allow(block, bytes);
      return block;
    }
    if (rounded >= kLargeBlock) make_room(rounded);
    require_room(rounded, "a tensor");
    void* block = map(rounded);
    if (block == MAP_FAILED) {
      release_locked();
      block = map(rounded);
    }
    TORCH_CHECK_WITH(OutOfMemoryError, block != MAP_FAILED, "not enough memory for a tensor of ", bytes, " bytes");
    if (rounded >= kHugePage) madvise(block, rounded, MADV_HUGEPAGE);
    used_.emplace(block, rounded);
    forbid(block, rounded);
    allow(block, bytes);
    return block;
  }

  static void give_back(void* block) {
    BlockAllocator& allocator = instance();
    const std::lock_guard lock(allocator.mutex_);
    const auto used = allocator.used_.find(block);
    forbid(block, used->second);
    allocator.free_.emplace(used->second, block);
    allocator.used_.erase(used);
  }

  static void free_either(void* memory) {
    BlockAllocator& allocator = instance();
    {
      const std::lock_guard lock(allocator.mutex_);
      if (!allocator.used_.contains(memory)) return c10::free_cpu(memory);
    }
    give_back(memory);
  }

  std::mutex mutex_;
  size_t limit_ = kNoLimit;                 ///< bytes
  size_t mapped_ = 0;                       ///< bytes of all blocks
  std::multimap<size_t, void*> free_;       ///< by size
  std::unordered_map<void*, size_t> used_;  ///< sizes
};

}  // namespace

void keep_cpu_memory() {
  static const bool done = [] {
    c10::SetCPUAllocator(&BlockAllocator::instance(), /*priority=*/1);
    return true;
  }();
  static_cast<void>(done);
}

void limit_cpu_memory(size_t bytes) { BlockAllocator::instance().limit(bytes); }

void reserve_cpu_memory(size_t bytes) { BlockAllocator::instance().reserve(bytes); }

void release_cpu_memory() { BlockAllocator::instance().release(); }

}  // namespace layer_rotation
