#include "race_marks.h"

namespace standin::ptx {

bool Moment::is_before(const Moment& later) const {
  if (block != later.block) return false;
  return barriers < later.barriers || (warp == later.warp && warp_syncs < later.warp_syncs);
}

void RaceMarks::reset(uint64_t bytes) {
  part_ = 4;
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

bool RaceMarks::conflicts(const Accesses& before, const Moment& now) {
  switch (before.by) {
    case State::kNobody: return false;
    case State::kOne: return before.last.thread != now.thread && !before.last.is_before(now);
    case State::kWarp: return !before.last.is_before(now);
    // The last moment of a block's readers is that of one warp; only barriers count for the others.
    case State::kBlock: return before.last.block != now.block || before.last.barriers == now.barriers;
    case State::kGrid: return true;
  }
  return true;
}

void RaceMarks::add(Accesses& reads, const Moment& now) {
  const bool replaces = reads.by == State::kNobody || (reads.by == State::kOne && reads.last.thread == now.thread) ||
                        !conflicts(reads, now);
  if (replaces) {
    reads = {State::kOne, now};
    return;
  }
  const State common = reads.last.block != now.block ? State::kGrid
                       : reads.last.warp != now.warp ? State::kBlock
                                                     : State::kWarp;
  if (common > reads.by) reads.by = common;
  reads.last = now;
}

Meeting RaceMarks::read(uint64_t offset, uint64_t bytes, const Moment& now, Moment& other) {
  Meeting meeting = Meeting::kNone;
  for_parts(offset, bytes, [&](Mark& mark) {
    if (conflicts(mark.writes, now)) {
      meeting = Meeting::kWrittenByOther;
      other = mark.writes.last;
    } else if (!mark.initialised && meeting == Meeting::kNone) {
      meeting = Meeting::kUnwritten;
    }
    add(mark.reads, now);
  });
  return meeting;
}

Meeting RaceMarks::write(uint64_t offset, uint64_t bytes, const Moment& now, Moment& other) {
  Meeting meeting = Meeting::kNone;
  for_parts(offset, bytes, [&](Mark& mark) {
    if (conflicts(mark.writes, now)) {
      meeting = Meeting::kWrittenByOther;
      other = mark.writes.last;
    } else if (conflicts(mark.reads, now)) {
      meeting = Meeting::kReadByOther;
      other = mark.reads.last;
    }
    mark.writes = {State::kOne, now};
    mark.reads = {};
    mark.initialised = true;
  });
  return meeting;
}

void RaceMarks::initialise(uint64_t offset, uint64_t bytes) {
  for_parts(offset, bytes, [](Mark& mark) { mark.initialised = true; });
}

}  // namespace standin::ptx
