#pragma once

#include <cstdint>

/// LibTorch's at::parallel_for() in one thread: its own takes seconds to compile and a library that ThreadSanitizer
/// does not watch.
namespace at {

template <class F>
void parallel_for(int64_t begin, int64_t end, int64_t, const F& f) {
  f(begin, end);
}

}  // namespace at
