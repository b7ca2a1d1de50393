#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace standin {

/// How far the work of each stream, by its number, is known to be done: a vector clock.
class Clock {
 public:
  void join(const Clock& other);
  void advance_to(uint32_t stream, uint64_t tick);
  bool includes(uint32_t stream, uint64_t tick) const { return stream < ticks_.size() && ticks_[stream] >= tick; }

 private:
  std::vector<uint64_t> ticks_;
};

/// The place of a piece of work: the `tick`-th of its stream, and what is done before it begins.
struct Moment {
  uint32_t stream = 0;
  uint64_t tick = 0;
  std::shared_ptr<const Clock> before;

  /// Returns whether the `other_tick`-th work of `other_stream` is done before this begins, by the order of its own
  /// stream or by events and synchronisations.
  bool is_after(uint32_t other_stream, uint64_t other_tick) const {
    return other_stream == stream || before->includes(other_stream, other_tick);
  }
};

}  // namespace standin
