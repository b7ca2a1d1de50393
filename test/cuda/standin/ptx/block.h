#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "module.h"
#include "program.h"
#include "race_marks.h"
#include "warp.h"

namespace standin::ptx {

enum class Use {
  kRead,
  kWrite,
  kSynchronising,       ///< a volatile or ordered load
  kSynchronisingWrite,  ///< a volatile or ordered store
  kAtomic,
};

/// The predicates of a block's threads at a barrier that combines them.
struct Votes {
  unsigned yes = 0;
  unsigned threads = 0;
};

/// Races in global memory between the threads of one launch, page by page.
class GlobalRaceMarks {
 public:
  static constexpr uint64_t kPage = 4096;
  /// The marks of the page of an address, in a launch whose blocks have whole warps of `block_threads`.
  RaceMarks& page(uint64_t address, uint32_t block_threads);

 private:
  std::unordered_map<uint64_t, RaceMarks> pages_;
  /// The page of the access before: the next one is mostly to the same.
  uint64_t last_number_ = ~uint64_t{0};
  RaceMarks* last_ = nullptr;
};

/// Runs one block after another on a host thread. Its warps take turns from barrier to barrier.
class Block {
 public:
  Block(const Program& program, const Grid& grid);

  /// Runs block `id`. `global` marks accesses to global memory where races are looked for.
  void run(unsigned id, const char* parameters, GlobalRaceMarks* global);
  /// Returns whether the block has the registers and the memory for a grid.
  bool fits(const Grid& grid) const {
    return grid.threads == grid_.threads && grid.dynamic_shared == grid_.dynamic_shared;
  }
  /// Makes the block ready for another launch, before which memory may have been freed.
  void begin_launch(const Grid& grid);

  const Program& program() const { return program_; }
  const char* parameters() const { return parameters_; }
  const Votes& votes() const { return votes_; }
  std::string describe(unsigned thread) const;

  /// The memory at an address that a lane accesses. Throws KernelFault if it may not.
  char* memory(Warp& w, const Instruction& i, unsigned lane, uint64_t address, size_t bytes, Use use) {
    // An aligned access lies in one page.
    const uint64_t page = address / kPage;
    if (!global_ && (address & (bytes - 1)) == 0 && known_pages_[page % known_pages_.size()] == page) {
      return reinterpret_cast<char*>(address);
    }
    return checked_memory(w, i, lane, address, bytes, use);
  }

 private:
  static constexpr uint64_t kPage = 4096;

  void begin(unsigned id);
  void fill_registers(Warp& w);
  void run(Warp& w);
  void run(Warp& w, Fragment fragment);
  bool takes_all(Warp& w, const Instruction& i, uint32_t position, Mask lanes, Mask taking);
  /// Lets the threads go on that have all reached a barrier. Returns false if no thread waits.
  bool release_barrier();
  void release(uint32_t barrier);
  uint32_t barrier_of(const Warp& w, const Fragment& f) const;
  [[noreturn]] void missed_barrier();

  char* checked_memory(Warp& w, const Instruction& i, unsigned lane, uint64_t address, size_t bytes, Use use);
  char* shared_memory(Warp& w, const Instruction& i, unsigned lane, uint64_t offset, size_t bytes, Use use);
  char* global_memory(Warp& w, const Instruction& i, unsigned lane, uint64_t address, size_t bytes, Use use);
  Moment moment(const Warp& w, unsigned lane) const;
  /// Threads of a block's whole warps.
  uint32_t warp_threads() const { return static_cast<uint32_t>(warps_.size()) * kLanes; }
  void check_meeting(const Warp& w, const Instruction& i, unsigned lane, Meeting meeting, uint32_t other,
                     const char* where) const;

  const Program& program_;
  Grid grid_;
  unsigned id_ = 0;
  uint32_t barriers_ = 0;
  const char* parameters_ = nullptr;
  GlobalRaceMarks* global_ = nullptr;
  Votes votes_;
  std::vector<char> shared_;
  RaceMarks shared_marks_;
  std::unique_ptr<char[]> registers_;
  std::vector<char> local_;
  std::vector<Warp> warps_;
  /// Pages of memory that lie in an allocation of the device as a whole; a place for each by its number.
  std::array<uint64_t, 64> known_pages_;
};

}  // namespace standin::ptx
