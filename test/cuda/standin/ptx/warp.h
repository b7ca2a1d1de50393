#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "module.h"
#include "program.h"

namespace standin::ptx {

class Block;

/// Lanes of a warp that are at the same instruction.
struct Fragment {
  enum State : uint8_t {
    kReady,
    kAtWarpSync,  ///< waits for other lanes of the warp
    kAtBarrier,   ///< waits for other threads of the block
  };
  uint32_t position;
  Mask lanes;
  State state;
};

/// Thirty-two threads and their registers. A register is an array over the lanes; a predicate is a mask.
class Warp {
 public:
  Warp(Block& block, unsigned index, Mask lanes, char* registers, char* local)
      : block(block), index(index), exists(lanes), registers(registers), local(local) {}

  template <class T>
  T* lanes_of(uint32_t offset) const {
    return reinterpret_cast<T*>(registers + offset);
  }
  Mask& predicate(uint32_t offset) const { return *lanes_of<Mask>(offset); }
  /// The list of operands of an instruction.
  const uint32_t* list(const Instruction& i) const;
  /// A lane's place in the block.
  unsigned thread(unsigned lane) const { return index * kLanes + lane; }

  [[noreturn]] void fault(KernelFault::Kind kind, const Instruction& i, unsigned lane, const std::string& why) const;

  Block& block;
  const unsigned index;
  /// The lanes that have a thread.
  const Mask exists;
  char* const registers;
  char* const local;
  Mask exited = 0;
  /// How often the warp has synchronised since the last barrier of its block.
  uint32_t syncs = 0;
  std::vector<Fragment> fragments;
};

/// Calls `f(lane)` for the lanes of a mask.
template <class F>
inline void for_each_lane(Mask lanes, F f) {
  if (lanes == kAllLanes) {
#pragma GCC ivdep
    for (unsigned lane = 0; lane < kLanes; ++lane) f(lane);
  } else {
    for (; lanes != 0; lanes &= lanes - 1) f(static_cast<unsigned>(__builtin_ctz(lanes)));
  }
}

}  // namespace standin::ptx
