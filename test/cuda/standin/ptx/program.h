#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "module_memory.h"

/// The decoded form of a kernel: one flat list of instructions, in which names have become offsets.
namespace standin::ptx {

constexpr unsigned kLanes = 32;
/// A bit a lane.
using Mask = uint32_t;
constexpr Mask kAllLanes = ~Mask{0};

class Warp;
struct Instruction;
/// Does an instruction for the lanes of a mask, which is not empty.
using Handler = void (*)(Warp&, const Instruction&, Mask);

/// How an instruction changes what its warp does next.
enum class Flow : uint8_t {
  kNext,           ///< goes on to the next instruction
  kBranch,         ///< jumps to Instruction::immediate
  kIndexedBranch,  ///< jumps to an entry of a list
  kExit,           ///< ends the lanes
  kWarp,           ///< waits for the lanes that the mask in `mask` names
  kBarrier,        ///< waits for the threads of the block
};

/// Rounding of a floating-point result.
enum class Rounding : uint8_t { kNearest, kZero, kDown, kUp };

struct Instruction {
  Handler run = nullptr;
  Flow flow = Flow::kNext;
  bool guarded = false;
  bool guard_negated = false;
  /// Subnormal operands and results become zero.
  bool flush = false;
  /// The result is clamped to [0, 1].
  bool saturate = false;
  /// The register of an address has 64 bits.
  bool wide_address = false;
  /// An access that may meet those of other threads: volatile, or ordered by a scope.
  bool synchronises = false;
  Rounding rounding = Rounding::kNearest;
  /// Operands are offsets in the register file of a warp.
  uint32_t guard = 0;
  uint32_t to = 0;
  uint32_t a = 0, b = 0, c = 0;
  /// The register with the mask of lanes that take part in a Flow::kWarp; the second result of `p|q`.
  uint32_t mask = 0, second = 0;
  /// The offset of an address, the position of a branch, a number that an instruction needs.
  int64_t immediate = 0;
  /// More operands: Program::lists[list] … [list + list_size - 1].
  uint32_t list = 0, list_size = 0;
  /// Index in Program::texts.
  uint32_t text = 0;
};

enum class Special : uint8_t {
  kThread,
  kThreads,
  kBlock,
  kBlocks,
  kLane,
  kWarp,
  kWarps,
  kLanesBelow,
  kLanesUpTo,
  kLanesAbove,
  kLanesFrom,
  kLaneBit,
  kDynamicShared,
  kAllShared,
};

/// A register that a warp starts with: a literal, or a special register.
struct Constant {
  uint32_t offset;
  unsigned bits;
  uint64_t value;
};
struct SpecialRegister {
  uint32_t offset;
  unsigned bits;
  Special special;
};

struct Parameter {
  size_t offset;
  size_t size;
};

struct Program {
  std::string name;
  std::vector<Instruction> code;
  std::vector<uint32_t> lists;
  std::vector<std::string> texts;
  std::vector<Constant> constants;
  std::vector<SpecialRegister> specials;
  std::vector<Parameter> parameters;
  size_t parameter_bytes = 0;
  uint32_t register_bytes = 0;
  size_t static_shared = 0;
  size_t local_bytes = 0;
  std::shared_ptr<const ModuleMemory> memory;
  /// The value of .maxntid; 0 where there is no limit.
  unsigned max_threads = 0;
};

}  // namespace standin::ptx
