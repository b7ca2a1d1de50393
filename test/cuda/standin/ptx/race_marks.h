#pragma once

#include <cstdint>
#include <vector>

namespace standin::ptx {

/// A thread at a moment between barriers.
struct Moment {
  uint32_t thread = 0;  ///< in the grid
  uint32_t warp = 0;    ///< in the grid
  uint32_t block = 0;
  uint32_t barriers = 0;    ///< that the block has passed
  uint32_t warp_syncs = 0;  ///< that the warp has passed since then

  /// Returns whether a barrier lies between this moment and a later one of any thread of the warp or block.
  bool is_before(const Moment& later) const;
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
  /// Forgets everything and covers `bytes`.
  void reset(uint64_t bytes);

  /// Marks an access to [offset, offset + bytes) and tells how it meets others; `other` is then the other thread.
  Meeting read(uint64_t offset, uint64_t bytes, const Moment& now, Moment& other);
  Meeting write(uint64_t offset, uint64_t bytes, const Moment& now, Moment& other);
  /// Marks memory as written by something that no thread has to wait for.
  void initialise(uint64_t offset, uint64_t bytes);

 private:
  enum class State : uint8_t { kNobody, kOne, kWarp, kBlock, kGrid };
  struct Accesses {
    State by = State::kNobody;
    Moment last;
  };
  struct Mark {
    Accesses writes, reads;
    bool initialised = false;
  };

  static bool conflicts(const Accesses& before, const Moment& now);
  static void add(Accesses& reads, const Moment& now);
  template <class F>
  void for_parts(uint64_t offset, uint64_t bytes, F f);

  uint64_t part_ = 4;
  std::vector<Mark> marks_;
};

}  // namespace standin::ptx
