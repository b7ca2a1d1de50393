#include "warp_wide.h"

#include <algorithm>
#include <atomic>

#include "../block.h"
#include "lanewise.h"

namespace standin::ptx {

namespace {

constexpr Type kU32{Type::kUnsigned, 32};
constexpr Type kPredicate{Type::kPredicate, 1};

enum class Direction { kUp, kDown, kButterfly, kIndex };

/// The lane that a lane reads, and whether that is in its segment; else it reads itself.
template <Direction kDirection>
std::pair<unsigned, bool> partner(unsigned lane, uint32_t b, uint32_t c) {
  const uint32_t by = b & 31, clamp = c & 31, segment = c >> 8 & 31;
  const uint32_t highest = (lane & segment) | (clamp & ~segment & 31), lowest = lane & segment;
  switch (kDirection) {
    case Direction::kUp: return {lane - by, static_cast<int>(lane - by) >= static_cast<int>(highest)};
    case Direction::kDown: return {lane + by, lane + by <= highest};
    case Direction::kButterfly: return {lane ^ by, (lane ^ by) <= highest};
    case Direction::kIndex: return {lowest | (by & ~segment), (lowest | (by & ~segment)) <= highest};
  }
  return {lane, false};
}

template <Direction kDirection>
void shuffle(Warp& w, const Instruction& i, Mask lanes) {
  uint32_t before[kLanes];
  const auto* a = w.lanes_of<uint32_t>(i.a);
  std::copy(a, a + kLanes, before);
  const auto *b = w.lanes_of<uint32_t>(i.b), *c = w.lanes_of<uint32_t>(i.c);
  Mask inside = 0;
  for_each_lane(lanes, [&](unsigned lane) {
    auto [from, is_inside] = partner<kDirection>(lane, b[lane], c[lane]);
    if (!is_inside) from = lane;
    if ((lanes >> from & 1) == 0) {
      w.fault(KernelFault::kBarrier, i, lane, "reads lane " + std::to_string(from) + ", which takes no part");
    }
    inside |= Mask{is_inside} << lane;
    w.lanes_of<uint32_t>(i.to)[lane] = before[from];
  });
  Mask& to = w.predicate(i.second);
  to = (to & ~lanes) | inside;
}

enum class Vote { kAll, kAny, kUniform };

template <Vote kVote>
void vote(Warp& w, const Instruction& i, Mask lanes) {
  const Mask yes = (i.immediate ? ~w.predicate(i.a) : w.predicate(i.a)) & lanes;
  const bool result = kVote == Vote::kAll ? yes == lanes : kVote == Vote::kAny ? yes != 0 : yes == lanes || yes == 0;
  Mask& to = w.predicate(i.to);
  to = (to & ~lanes) | (result ? lanes : 0);
}

void ballot(Warp& w, const Instruction& i, Mask lanes) {
  const Mask yes = (i.immediate ? ~w.predicate(i.a) : w.predicate(i.a)) & lanes;
  for_each_lane(lanes, [&](unsigned lane) { w.lanes_of<uint32_t>(i.to)[lane] = yes; });
}

/// The lanes with the same value as a lane.
template <class T>
void match_any(Warp& w, const Instruction& i, Mask lanes) {
  T values[kLanes];
  std::copy_n(w.lanes_of<T>(i.a), kLanes, values);
  for_each_lane(lanes, [&](unsigned lane) {
    Mask same = 0;
    for_each_lane(lanes, [&](unsigned other) { same |= Mask{values[other] == values[lane]} << other; });
    w.lanes_of<uint32_t>(i.to)[lane] = same;
  });
}

/// All lanes if they have one value, else none.
template <class T>
void match_all(Warp& w, const Instruction& i, Mask lanes) {
  const T* a = w.lanes_of<T>(i.a);
  const T first = a[__builtin_ctz(lanes)];
  bool same = true;
  for_each_lane(lanes, [&](unsigned lane) { same &= a[lane] == first; });
  for_each_lane(lanes, [&](unsigned lane) { w.lanes_of<uint32_t>(i.to)[lane] = same ? lanes : 0; });
  Mask& to = w.predicate(i.second);
  to = (to & ~lanes) | (same ? lanes : 0);
}

template <class T, T (*kFunction)(T, T)>
void reduce(Warp& w, const Instruction& i, Mask lanes) {
  const T* a = w.lanes_of<T>(i.a);
  T result = a[__builtin_ctz(lanes)];
  for_each_lane(lanes & (lanes - 1), [&](unsigned lane) { result = kFunction(result, a[lane]); });
  for_each_lane(lanes, [&](unsigned lane) { w.lanes_of<T>(i.to)[lane] = result; });
}

uint32_t sum(uint32_t a, uint32_t b) { return a + b; }
uint32_t both(uint32_t a, uint32_t b) { return a & b; }
uint32_t either(uint32_t a, uint32_t b) { return a | b; }
uint32_t one_of(uint32_t a, uint32_t b) { return a ^ b; }
template <class T>
T smaller(T a, T b) {
  return std::min(a, b);
}
template <class T>
T larger(T a, T b) {
  return std::max(a, b);
}

void active_lanes(Warp& w, const Instruction& i, Mask lanes) {
  for_each_lane(lanes, [&](unsigned lane) { w.lanes_of<uint32_t>(i.to)[lane] = lanes; });
}

void elect(Warp& w, const Instruction& i, Mask lanes) {
  const auto leader = static_cast<unsigned>(__builtin_ctz(lanes));
  for_each_lane(lanes, [&](unsigned lane) { w.lanes_of<uint32_t>(i.to)[lane] = leader; });
  Mask& to = w.predicate(i.second);
  to = (to & ~lanes) | Mask{1} << leader;
}

void synchronise(Warp& w, const Instruction&, Mask) { ++w.syncs; }

Operand second_of(const Operand& o) {
  Operand second;
  second.word = o.second.empty() ? "_" : o.second;
  return second;
}

/// An instruction of all lanes in a mask, which its last operand is.
Instruction of_lanes(Decoder& d, Handler run) {
  if (!d.has("sync")) d.refuse("is not supported without .sync");
  Instruction i = d.instruction(run);
  i.flow = Flow::kWarp;
  i.mask = d.source(d.operands() - 1, kU32);
  return i;
}

// Barriers that combine a predicate of all threads.

void count_at_barrier(Warp& w, const Instruction& i, Mask lanes) {
  for_each_lane(lanes, [&](unsigned lane) { w.lanes_of<uint32_t>(i.to)[lane] = w.block.votes().yes; });
}
template <bool kAll>
void vote_at_barrier(Warp& w, const Instruction& i, Mask lanes) {
  const Votes& votes = w.block.votes();
  const bool result = kAll ? votes.yes == votes.threads : votes.yes != 0;
  Mask& to = w.predicate(i.to);
  to = (to & ~lanes) | (result ? lanes : 0);
}

}  // namespace

void decode_shuffle(Decoder& d) {
  Instruction i = of_lanes(d, d.has("up")     ? &shuffle<Direction::kUp>
                              : d.has("down") ? &shuffle<Direction::kDown>
                              : d.has("bfly") ? &shuffle<Direction::kButterfly>
                                              : &shuffle<Direction::kIndex>);
  i.to = d.target(0, kU32);
  i.second = d.target(second_of(d.operand(0)), kPredicate);
  i.a = d.source(1, kU32);
  i.b = d.source(2, kU32);
  i.c = d.source(3, kU32);
  d.emit(i);
}

void decode_vote(Decoder& d) {
  const bool is_ballot = d.has("ballot");
  Instruction i = of_lanes(d, is_ballot      ? &ballot
                              : d.has("all") ? &vote<Vote::kAll>
                              : d.has("any") ? &vote<Vote::kAny>
                                             : &vote<Vote::kUniform>);
  i.to = d.target(0, is_ballot ? kU32 : kPredicate);
  bool negated = false;
  i.a = d.predicate(d.operand(1), negated);
  i.immediate = negated;
  d.emit(i);
}

void decode_match(Decoder& d) {
  const Type type = d.type();
  const bool wide = type.bits == 64;
  Instruction i = of_lanes(d, d.has("any") ? (wide ? &match_any<uint64_t> : &match_any<uint32_t>)
                                           : (wide ? &match_all<uint64_t> : &match_all<uint32_t>));
  i.to = d.target(0, kU32);
  i.second = d.target(second_of(d.operand(0)), kPredicate);
  i.a = d.source(1, type);
  d.emit(i);
}

void decode_redux(Decoder& d) {
  const Type type = d.type();
  if (!type.is_integer() || type.bits != 32) d.refuse();
  const bool is_signed = type.kind == Type::kSigned;
  Instruction i = of_lanes(d, d.has("add")   ? &reduce<uint32_t, sum>
                              : d.has("and") ? &reduce<uint32_t, both>
                              : d.has("or")  ? &reduce<uint32_t, either>
                              : d.has("xor") ? &reduce<uint32_t, one_of>
                              : d.has("min") ? (is_signed ? &reduce<int32_t, smaller> : &reduce<uint32_t, smaller>)
                                             : (is_signed ? &reduce<int32_t, larger> : &reduce<uint32_t, larger>));
  i.to = d.target(0, type);
  i.a = d.source(1, type);
  d.emit(i);
}

void decode_active_mask(Decoder& d) {
  Instruction i = d.instruction(&active_lanes);
  i.to = d.target(0, kU32);
  d.emit(i);
}

void decode_elect(Decoder& d) {
  Instruction i = of_lanes(d, &elect);
  i.to = d.target(0, kU32);
  i.second = d.target(second_of(d.operand(0)), kPredicate);
  d.emit(i);
}

/// bar.sync, barrier.sync, bar.red and bar.warp.sync.
void decode_barrier(Decoder& d) {
  if (d.has("warp")) return d.emit(of_lanes(d, &synchronise));
  const bool reduces = d.has("red");
  if (!d.has("sync") && !reduces) d.refuse();
  Instruction i = d.instruction(nullptr);
  i.flow = Flow::kBarrier;
  const size_t first = reduces ? 1 : 0;
  // The operands of bar.red: destination, barrier, number of threads where given, predicate.
  const bool counts = d.operands() > (reduces ? 3U : 1U);
  i.a = d.source(first, kU32);
  i.list_size = counts;
  if (counts) i.b = d.source(first + 1, kU32);
  if (reduces) {
    const bool is_count = d.has("popc");
    i.run = is_count ? &count_at_barrier : d.has("and") ? &vote_at_barrier<true> : &vote_at_barrier<false>;
    i.to = d.target(0, is_count ? kU32 : kPredicate);
    bool negated = false;
    i.c = d.predicate(d.operand(d.operands() - 1), negated);
    i.immediate = negated;
  }
  d.emit(i);
}

/// Fences and hints: on the host, memory is in order within a thread, and other blocks see it at a fence.
void decode_ordering(Decoder& d) {
  d.emit(d.instruction([](Warp&, const Instruction&, Mask) { std::atomic_thread_fence(std::memory_order_seq_cst); }));
}

void decode_trap(Decoder& d) {
  d.emit(d.instruction([](Warp& w, const Instruction& i, Mask lanes) {
    w.fault(KernelFault::kUnsupported, i, static_cast<unsigned>(__builtin_ctz(lanes)), "the kernel stops itself");
  }));
}

}  // namespace standin::ptx
