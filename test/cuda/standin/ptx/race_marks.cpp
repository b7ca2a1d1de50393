#include "race_marks.h"

#include "program.h"

namespace standin::ptx {

namespace {

constexpr uint32_t kBarriers = (1U << 16) - 1, kWarpSyncs = (1U << 13) - 1;

uint32_t warp_of(uint32_t thread) { return thread / kLanes; }

}  // namespace

void RaceMarks::reset(uint64_t bytes, uint32_t block_threads) {
  part_ = 4;
  block_threads_ = block_threads;
  marks_.assign((bytes + 3) / 4, {});
}

template <class F>
void RaceMarks::for_parts(uint64_t offset, uint64_t bytes, F f) {
  if (part_ == 4 && (offset % 4 != 0 || bytes % 4 != 0)) {
    std::vector<Mark> finer;
    finer.reserve(4 * marks_.size());
    for (const Mark& mark : marks_) finer.insert(finer.end(), 4, mark);
    marks_ = std::move(finer);
    part_ = 1;
  }
  for (uint64_t k = offset / part_; k < (offset + bytes) / part_; ++k) f(marks_[k]);
}

RaceMarks::Accesses RaceMarks::by_one(const Moment& now) {
  return {now.thread, now.barriers & kBarriers, now.warp_syncs & kWarpSyncs, kOne};
}

bool RaceMarks::is_same_block(const Accesses& before, const Moment& now) const {
  return before.thread / block_threads_ == now.thread / block_threads_;
}

/// Returns whether some access is another thread's, with no barrier of the block or warp before this moment.
bool RaceMarks::conflicts(const Accesses& before, const Moment& now) const {
  if (before.by == kNobody || before.by == kUnordered) return false;
  if (before.by == kOne && before.thread == now.thread) return false;
  if (before.by == kGrid || !is_same_block(before, now)) return true;
  if (before.barriers != (now.barriers & kBarriers)) return false;
  // The last access of several warps is that of one of them.
  return before.by == kBlock || warp_of(before.thread) != warp_of(now.thread) ||
         before.warp_syncs == (now.warp_syncs & kWarpSyncs);
}

void RaceMarks::add(Accesses& reads, const Moment& now) const {
  if (!conflicts(reads, now)) {
    reads = by_one(now);
    return;
  }
  const By common = !is_same_block(reads, now) ? kGrid : warp_of(reads.thread) != warp_of(now.thread) ? kBlock : kWarp;
  const uint32_t by = reads.by < common ? uint32_t{common} : reads.by;
  reads = by_one(now);
  reads.by = by;
}

Meeting RaceMarks::read(uint64_t offset, uint64_t bytes, const Moment& now, uint32_t& other) {
  Meeting meeting = Meeting::kNone;
  for_parts(offset, bytes, [&](Mark& mark) {
    if (conflicts(mark.writes, now)) {
      meeting = Meeting::kWrittenByOther;
      other = mark.writes.thread;
    } else if (mark.writes.by == kNobody && meeting == Meeting::kNone) {
      meeting = Meeting::kUnwritten;
    }
    add(mark.reads, now);
  });
  return meeting;
}

Meeting RaceMarks::write(uint64_t offset, uint64_t bytes, const Moment& now, uint32_t& other) {
  Meeting meeting = Meeting::kNone;
  for_parts(offset, bytes, [&](Mark& mark) {
    if (conflicts(mark.writes, now)) {
      meeting = Meeting::kWrittenByOther;
      other = mark.writes.thread;
    } else if (conflicts(mark.reads, now)) {
      meeting = Meeting::kReadByOther;
      other = mark.reads.thread;
    }
    mark = {by_one(now), {}};
  });
  return meeting;
}

void RaceMarks::initialise(uint64_t offset, uint64_t bytes) {
  for_parts(offset, bytes, [](Mark& mark) {
    if (mark.writes.by == kNobody) mark.writes.by = kUnordered;
  });
}

}  // namespace standin::ptx
