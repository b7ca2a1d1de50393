#include "block.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "../device_memory.h"
#include "decoder.h"
#include "demangle.h"

namespace standin::ptx {

namespace {

unsigned lowest_lane(Mask lanes) { return static_cast<unsigned>(__builtin_ctz(lanes)); }
unsigned count(Mask lanes) { return static_cast<unsigned>(__builtin_popcount(lanes)); }

std::string hexadecimal(Mask lanes) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", lanes);
  return text;
}

size_t aligned(size_t offset, size_t alignment) { return (offset + alignment - 1) / alignment * alignment; }

}  // namespace

const uint32_t* Warp::list(const Instruction& i) const { return block.program().lists.data() + i.list; }

void Warp::fault(KernelFault::Kind kind, const Instruction& i, unsigned lane, const std::string& why) const {
  throw KernelFault(kind, block.describe(thread(lane)) + ", \"" + block.program().texts[i.text] + "\": " + why);
}

RaceMarks& GlobalRaceMarks::page(uint64_t address, uint32_t block_threads) {
  const uint64_t number = address / kPage;
  if (number != last_number_) {
    const auto [page, is_new] = pages_.try_emplace(number);
    if (is_new) page->second.reset(kPage, block_threads);
    last_number_ = number;
    last_ = &page->second;
  }
  return *last_;
}

Block::Block(const Program& program, const Grid& grid)
    : program_(program), grid_(grid), shared_(program.static_shared + grid.dynamic_shared) {
  const unsigned warps = (grid.threads + kLanes - 1) / kLanes;
  const size_t registers = aligned(program.register_bytes, 64);
  // Vector instructions of the host want whole cache lines, and an address among them.
  registers_.reset(new char[warps * registers + 64]);
  std::memset(registers_.get(), 0xee, warps * registers + 64);
  local_.resize(size_t{warps} * kLanes * program.local_bytes, static_cast<char>(0xee));
  char* first = registers_.get() + (64 - reinterpret_cast<uintptr_t>(registers_.get()) % 64) % 64;
  warps_.reserve(warps);
  for (unsigned k = 0; k < warps; ++k) {
    const unsigned lanes = std::min(kLanes, grid.threads - k * kLanes);
    warps_.emplace_back(*this, k, kAllLanes >> (kLanes - lanes), first + k * registers,
                        local_.data() + size_t{k} * kLanes * program.local_bytes);
  }
  begin_launch(grid);
}

void Block::begin_launch(const Grid& grid) {
  grid_ = grid;
  known_pages_.fill(~uint64_t{0});
  for (Warp& w : warps_) fill_registers(w);
}

std::string Block::describe(unsigned thread) const {
  return "kernel " + demangled(program_.name) + ", block " + std::to_string(id_) + ", thread " + std::to_string(thread);
}

namespace {

template <class T>
void fill(Warp& w, uint32_t offset, T value) {
  std::fill_n(w.lanes_of<T>(offset), kLanes, value);
}

}  // namespace

void Block::fill_registers(Warp& w) {
  for (const Constant& c : program_.constants) {
    switch (c.bits) {
      case 1: w.predicate(c.offset) = c.value ? kAllLanes : 0; break;
      case 16: fill(w, c.offset, static_cast<uint16_t>(c.value)); break;
      case 32: fill(w, c.offset, static_cast<uint32_t>(c.value)); break;
      default: fill(w, c.offset, c.value); break;
    }
  }
  for (const SpecialRegister& s : program_.specials) {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      const Mask bit = Mask{1} << lane;
      const auto value = [&]() -> uint32_t {
        switch (s.special) {
          case Special::kThread: return w.thread(lane);
          case Special::kThreads: return grid_.threads;
          case Special::kBlock: return id_;
          case Special::kBlocks: return grid_.blocks;
          case Special::kLane: return lane;
          case Special::kWarp: return w.index;
          case Special::kWarps: return static_cast<uint32_t>((grid_.threads + kLanes - 1) / kLanes);
          case Special::kLanesBelow: return bit - 1;
          case Special::kLanesUpTo: return bit | (bit - 1);
          case Special::kLanesAbove: return ~(bit | (bit - 1));
          case Special::kLanesFrom: return ~(bit - 1);
          case Special::kLaneBit: return bit;
          case Special::kDynamicShared: return static_cast<uint32_t>(grid_.dynamic_shared);
          case Special::kAllShared: return static_cast<uint32_t>(shared_.size());
        }
        return 0;
      };
      w.lanes_of<uint32_t>(s.offset)[lane] = value();
    }
  }
}

void Block::begin(unsigned id) {
  id_ = id;
  barriers_ = 0;
  shared_marks_.reset(shared_.size(), warp_threads());
  for (const SpecialRegister& s : program_.specials) {
    if (s.special != Special::kBlock) continue;
    for (Warp& w : warps_) fill<uint32_t>(w, s.offset, id);
  }
  for (Warp& w : warps_) {
    w.exited = 0;
    w.syncs = 0;
    w.fragments.assign(1, {0, w.exists, Fragment::kReady});
  }
}

void Block::run(unsigned id, const char* parameters, GlobalRaceMarks* global) {
  parameters_ = parameters;
  global_ = global;
  begin(id);
  do {
    for (Warp& w : warps_) run(w);
  } while (release_barrier());
}

/// Runs a warp until all of its lanes have ended or wait at a barrier. The lanes that are furthest behind go first, so
/// that lanes which have parted meet again where their paths do. Now and then those in front go first: the others may
/// be waiting for them in a loop.
void Block::run(Warp& w) {
  constexpr unsigned kTurns = 1000;
  auto& fragments = w.fragments;
  for (unsigned turn = 1;; ++turn) {
    const bool front_first = turn % kTurns == 0;
    const Fragment* next = nullptr;
    for (const Fragment& f : fragments) {
      if (f.state != Fragment::kReady) continue;
      if (!next || (f.position < next->position) != front_first) next = &f;
    }
    if (!next) break;
    Fragment joined = *next;
    std::erase_if(fragments, [&](const Fragment& f) {
      const bool joins = f.position == joined.position && f.state != Fragment::kAtBarrier;
      if (joins) joined.lanes |= f.lanes;
      return joins;
    });
    run(w, joined);
  }
  for (const Fragment& f : fragments) {
    if (f.state != Fragment::kAtWarpSync) continue;
    const Instruction& i = program_.code[f.position];
    const Mask members = w.lanes_of<uint32_t>(i.mask)[lowest_lane(f.lanes)];
    w.fault(KernelFault::kBarrier, i, lowest_lane(f.lanes),
            "waits for lanes " + hexadecimal(members & ~f.lanes & ~w.exited) + " of its warp, which never get here");
  }
}

/// Runs lanes until they part, wait, end, or come to where others are.
void Block::run(Warp& w, Fragment f) {
  auto& fragments = w.fragments;
  uint32_t position = f.position;
  Mask lanes = f.lanes;
  uint32_t meeting = UINT32_MAX;
  for (const Fragment& other : fragments) {
    if (other.state != Fragment::kAtBarrier && other.position > position) meeting = std::min(meeting, other.position);
  }
  const Instruction* const code = program_.code.data();
  const auto leave = [&](uint32_t at, Mask some, Fragment::State state = Fragment::kReady) {
    if (some != 0) fragments.push_back({at, some, state});
  };
  for (;;) {
    const Instruction& i = code[position];
    Mask taking = lanes;
    if (i.guarded) taking &= i.guard_negated ? ~w.predicate(i.guard) : w.predicate(i.guard);
    if (taking == 0) {
      ++position;
    } else {
      switch (i.flow) {
        case Flow::kNext:
          i.run(w, i, taking);
          ++position;
          break;
        case Flow::kBranch:
          leave(position + 1, lanes & ~taking);
          position = static_cast<uint32_t>(i.immediate);
          // Behind or beside these lanes there may now be others.
          if (!fragments.empty()) return leave(position, taking);
          break;
        case Flow::kIndexedBranch:
          leave(position + 1, lanes & ~taking);
          for_each_lane(taking, [&](unsigned lane) {
            const uint32_t entry = w.lanes_of<uint32_t>(i.a)[lane];
            if (entry >= i.list_size) w.fault(KernelFault::kUnsupported, i, lane, "jumps beyond its list");
            leave(w.list(i)[entry], Mask{1} << lane);
          });
          return;
        case Flow::kExit:
          w.exited |= taking;
          lanes &= ~taking;
          // Others may have waited for these lanes.
          for (Fragment& other : fragments) {
            if (other.state == Fragment::kAtWarpSync) other.state = Fragment::kReady;
          }
          return leave(position + 1, lanes);
        case Flow::kWarp:
          if (!takes_all(w, i, position, lanes, taking)) return;
          i.run(w, i, taking);
          ++position;
          break;
        case Flow::kBarrier: leave(position, taking, Fragment::kAtBarrier); return leave(position + 1, lanes & ~taking);
      }
    }
    if (position == meeting) return leave(position, lanes);
  }
}

/// Returns whether all lanes are here that an instruction of the warp names; if not, these lanes wait.
bool Block::takes_all(Warp& w, const Instruction& i, uint32_t position, Mask lanes, Mask taking) {
  const auto* masks = w.lanes_of<uint32_t>(i.mask);
  const Mask members = masks[lowest_lane(taking)];
  for_each_lane(taking, [&](unsigned lane) {
    if (masks[lane] != members) w.fault(KernelFault::kBarrier, i, lane, "names other lanes than its neighbours do");
    if ((members >> lane & 1) == 0) w.fault(KernelFault::kBarrier, i, lane, "is not among the lanes that it names");
  });
  if ((members & w.exists & ~w.exited & ~taking) == 0) return true;
  w.fragments.push_back({position, taking, Fragment::kAtWarpSync});
  if (lanes != taking) w.fragments.push_back({position + 1, lanes & ~taking, Fragment::kReady});
  return false;
}

uint32_t Block::barrier_of(const Warp& w, const Fragment& f) const {
  return w.lanes_of<uint32_t>(program_.code[f.position].a)[lowest_lane(f.lanes)];
}

bool Block::release_barrier() {
  /// The threads at one of the sixteen barriers.
  struct Arrivals {
    unsigned threads = 0;
    unsigned expected = 0;
    uint32_t position = 0;
    bool at_one_place = true;
  };
  std::array<Arrivals, 16> arrivals;
  bool waits = false, released = false;
  for (const Warp& w : warps_) {
    for (const Fragment& f : w.fragments) {
      const Instruction& i = program_.code[f.position];
      const uint32_t barrier = barrier_of(w, f);
      if (barrier >= arrivals.size())
        w.fault(KernelFault::kBarrier, i, lowest_lane(f.lanes), "names a barrier above 15");
      Arrivals& a = arrivals[barrier];
      const bool counts = i.list_size != 0;
      if (a.threads == 0) a.position = f.position;
      // Barriers with a number of threads may be at several places, as of a producer and a consumer.
      if (!counts && a.position != f.position) a.at_one_place = false;
      a.expected = counts ? w.lanes_of<uint32_t>(i.b)[lowest_lane(f.lanes)] : grid_.threads;
      a.threads += count(f.lanes);
      waits = true;
    }
  }
  for (uint32_t barrier = 0; barrier < arrivals.size(); ++barrier) {
    const Arrivals& a = arrivals[barrier];
    if (a.threads == 0 || a.threads != a.expected || !a.at_one_place) continue;
    release(barrier);
    released = true;
  }
  if (waits && !released) missed_barrier();
  return waits;
}

void Block::release(uint32_t barrier) {
  ++barriers_;
  votes_ = {};
  const auto for_waiting = [&](auto f) {
    for (Warp& w : warps_) {
      for (Fragment& fragment : w.fragments) {
        if (fragment.state == Fragment::kAtBarrier && barrier_of(w, fragment) == barrier) f(w, fragment);
      }
    }
  };
  for_waiting([&](Warp& w, Fragment& f) {
    const Instruction& i = program_.code[f.position];
    votes_.threads += count(f.lanes);
    if (i.run) votes_.yes += count((i.immediate ? ~w.predicate(i.c) : w.predicate(i.c)) & f.lanes);
  });
  for_waiting([&](Warp& w, Fragment& f) {
    const Instruction& i = program_.code[f.position];
    if (i.run) i.run(w, i, f.lanes);
    ++f.position;
    f.state = Fragment::kReady;
    w.syncs = 0;
  });
}

/// Names a thread that waits, and one that does not or waits elsewhere.
void Block::missed_barrier() {
  const Warp* waiting = nullptr;
  const Fragment* at = nullptr;
  for (const Warp& w : warps_) {
    if (at || w.fragments.empty()) continue;
    waiting = &w;
    at = &w.fragments.front();
  }
  const Instruction& i = program_.code[at->position];
  const unsigned lane = lowest_lane(at->lanes);
  for (const Warp& w : warps_) {
    if (w.exited != 0) {
      waiting->fault(KernelFault::kBarrier, i, lane,
                     "waits for thread " + std::to_string(w.thread(lowest_lane(w.exited))) + ", which has ended");
    }
    for (const Fragment& f : w.fragments) {
      if (f.position == at->position) continue;
      waiting->fault(KernelFault::kBarrier, i, lane,
                     "waits while thread " + std::to_string(w.thread(lowest_lane(f.lanes))) +
                         " waits at another barrier, \"" + program_.texts[program_.code[f.position].text] +
                         "\" of another line");
    }
  }
  waiting->fault(KernelFault::kBarrier, i, lane, "waits for another number of threads than get here");
}

Moment Block::moment(const Warp& w, unsigned lane) const {
  return {id_ * warp_threads() + w.thread(lane), barriers_, w.syncs};
}

void Block::check_meeting(const Warp& w, const Instruction& i, unsigned lane, Meeting meeting, uint32_t other,
                          const char* where) const {
  const auto by = [&] {
    return "thread " + std::to_string(other % warp_threads()) + " of block " + std::to_string(other / warp_threads());
  };
  switch (meeting) {
    case Meeting::kNone: return;
    case Meeting::kUnwritten:
      w.fault(KernelFault::kUninitialised, i, lane, std::string("reads ") + where + " that nobody has written");
    case Meeting::kWrittenByOther:
      w.fault(KernelFault::kRace, i, lane,
              std::string("race in ") + where + ": " + by() + " wrote it, and no barrier lies between");
    case Meeting::kReadByOther:
      w.fault(KernelFault::kRace, i, lane,
              std::string("race in ") + where + ": " + by() + " read it, and no barrier lies between");
  }
}

char* Block::checked_memory(Warp& w, const Instruction& i, unsigned lane, uint64_t address, size_t bytes, Use use) {
  if (address % bytes != 0) {
    w.fault(KernelFault::kMisaligned, i, lane,
            "accesses " + std::to_string(bytes) + " bytes at " + std::to_string(address % bytes) +
                " beyond a multiple of that");
  }
  if (address < kSharedWindow) return global_memory(w, i, lane, address, bytes, use);
  if (address < kLocalWindow) return shared_memory(w, i, lane, address - kSharedWindow, bytes, use);
  if (address < kParamWindow) {
    const uint64_t offset = address - kLocalWindow;
    if (offset + bytes > program_.local_bytes) {
      w.fault(KernelFault::kIllegalAddress, i, lane,
              "accesses local memory beyond its " + std::to_string(program_.local_bytes) + " bytes");
    }
    return w.local + lane * program_.local_bytes + offset;
  }
  const uint64_t offset = address - kParamWindow;
  if (offset + bytes > program_.parameter_bytes || use != Use::kRead) {
    w.fault(KernelFault::kIllegalAddress, i, lane, "accesses the kernel's parameters beyond their end, or writes them");
  }
  return const_cast<char*>(parameters_) + offset;
}

char* Block::shared_memory(Warp& w, const Instruction& i, unsigned lane, uint64_t offset, size_t bytes, Use use) {
  if (offset + bytes > shared_.size()) {
    w.fault(KernelFault::kIllegalAddress, i, lane,
            "accesses byte " + std::to_string(offset) + " of " + std::to_string(shared_.size()) + " of shared memory");
  }
  const Moment now = moment(w, lane);
  uint32_t other = 0;
  Meeting meeting = Meeting::kNone;
  switch (use) {
    case Use::kRead: meeting = shared_marks_.read(offset, bytes, now, other); break;
    case Use::kWrite: meeting = shared_marks_.write(offset, bytes, now, other); break;
    case Use::kSynchronisingWrite: shared_marks_.initialise(offset, bytes); break;
    case Use::kSynchronising:
    case Use::kAtomic: break;
  }
  check_meeting(w, i, lane, meeting, other, "shared memory");
  return shared_.data() + offset;
}

char* Block::global_memory(Warp& w, const Instruction& i, unsigned lane, uint64_t address, size_t bytes, Use use) {
  const uint64_t page = address / kPage;
  uint64_t& known = known_pages_[page % known_pages_.size()];
  if (known != page) {
    if (is_device_memory(reinterpret_cast<const void*>(page * kPage), kPage)) {
      known = page;
    } else if (!is_device_memory(reinterpret_cast<const void*>(address), bytes) &&
               !program_.memory->owns(address, bytes)) {
      char text[32];
      std::snprintf(text, sizeof text, "%#llx", static_cast<unsigned long long>(address));
      w.fault(KernelFault::kIllegalAddress, i, lane,
              std::string(use == Use::kRead || use == Use::kSynchronising ? "reads " : "writes ") +
                  std::to_string(bytes) + " bytes at " + text + ", which lie in no allocation of the device");
    }
  }
  if (global_ && (use == Use::kRead || use == Use::kWrite)) {
    RaceMarks& marks = global_->page(address, warp_threads());
    const Moment now = moment(w, lane);
    uint32_t other = 0;
    Meeting meeting = use == Use::kRead ? marks.read(address % kPage, bytes, now, other)
                                        : marks.write(address % kPage, bytes, now, other);
    // The host may have written it.
    if (meeting == Meeting::kUnwritten) meeting = Meeting::kNone;
    check_meeting(w, i, lane, meeting, other, "global memory");
  }
  return reinterpret_cast<char*>(address);
}

}  // namespace standin::ptx
