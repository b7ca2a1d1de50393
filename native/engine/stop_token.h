#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "../runtime/process_end.h"

namespace layer_rotation {

/// Tells whether stop() was called on a trainer since the call that holds this token was made.
class StopToken {
 public:
  using Counter = std::atomic<uint64_t>;

  explicit StopToken(std::shared_ptr<const Counter> stops) : stops_(std::move(stops)), seen_(*stops_) {}
  bool requested() const {
    return stops_->load(std::memory_order_relaxed) != seen_ || process_is_ending.load(std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<const Counter> stops_;
  uint64_t seen_;
};

}  // namespace layer_rotation
