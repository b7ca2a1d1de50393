#include "moment.h"

#include <algorithm>

namespace standin {

void Clock::join(const Clock& other) {
  if (ticks_.size() < other.ticks_.size()) ticks_.resize(other.ticks_.size());
  for (size_t i = 0; i < other.ticks_.size(); ++i) ticks_[i] = std::max(ticks_[i], other.ticks_[i]);
}

void Clock::advance_to(uint32_t stream, uint64_t tick) {
  if (ticks_.size() <= stream) ticks_.resize(stream + 1);
  ticks_[stream] = std::max(ticks_[stream], tick);
}

}  // namespace standin
