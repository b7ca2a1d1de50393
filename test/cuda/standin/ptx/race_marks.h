#pragma once

#include <cstdint>
#include <vector>

namespace standin::ptx {

/// A thread at a moment between barriers. Threads are numbered through the grid, whole warps to a block.
struct Moment {
  uint32_t thread = 0;
  uint32_t barriers = 0;    ///< that the block has passed
  uint32_t warp_syncs = 0;  ///< that the warp has passed since then
};

/// How an access meets earlier ones to the same memory.
enum class Meeting {
  kNone,
  kWrittenByOther,  ///< another thread wrote it, and no barrier lies between
  kReadByOther,     ///< another thread read what this one writes, and no barrier lies between
  kUnwritten,       ///< nobody has written it
};

/// The last writer and the readers since of each part of a stretch of memory. Parts have four bytes, or one byte after
/// the first access that is narrower.
class RaceMarks {
 public:
  /// Forgets everything and covers `bytes`. Blocks have `block_threads`, those of whole warps.
  void reset(uint64_t bytes, uint32_t block_threads);

  /// Marks an access to [offset, offset + bytes) and tells how it meets others; `other` is then the other thread.
  Meeting read(uint64_t offset, uint64_t bytes, const Moment& now, uint32_t& other);
  Meeting write(uint64_t offset, uint64_t bytes, const Moment& now, uint32_t& other);
  /// Marks memory as written by something that no thread has to wait for.
  void initialise(uint64_t offset, uint64_t bytes);

 private:
  enum By : uint32_t { kNobody, kUnordered, kOne, kWarp, kBlock, kGrid };
  /// The last of some accesses, and whose they were. Two moments of a block count as one if exactly as many barriers
  /// lie between as a field can count, which is longer than kernels run.
  struct Accesses {
    uint32_t thread = 0;
    uint32_t barriers : 16 = 0;
    uint32_t warp_syncs : 13 = 0;
    uint32_t by : 3 = kNobody;
  };
  struct Mark {
    Accesses writes, reads;
  };
  // Marks of global memory are four times as large as that.
  static_assert(sizeof(Mark) == 16);

  static Accesses by_one(const Moment& now);
  bool conflicts(const Accesses& before, const Moment& now) const;
  bool is_same_block(const Accesses& before, const Moment& now) const;
  void add(Accesses& reads, const Moment& now) const;
  template <class F>
  void for_parts(uint64_t offset, uint64_t bytes, F f);

  uint64_t part_ = 4;
  uint32_t block_threads_ = 1;
  std::vector<Mark> marks_;
};

}  // namespace standin::ptx
