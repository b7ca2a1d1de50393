#pragma once

// at::parallel_for for ThreadSanitizer, which does not see how OpenMP's threads wait for each other and would report
// every parallel region. It partitions as LibTorch's version does, which is missing if the compiler has no OpenMP, and
// starts new threads for each call: memory that two of them touch without a lock is a race.

#include <algorithm>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#ifdef _OPENMP
#error "with OpenMP there are two definitions of at::internal::invoke_parallel"
#endif
#define INTRA_OP_PARALLEL

namespace at::internal {

template <typename F>
void invoke_parallel(int64_t begin, int64_t end, int64_t grain_size, const F& f);

}  // namespace at::internal

#include <ATen/Parallel.h>

namespace at::internal {

template <typename F>
void invoke_parallel(int64_t begin, int64_t end, int64_t grain_size, const F& f) {
  int64_t count = at::get_num_threads();
  if (grain_size > 0) count = std::min(count, divup(end - begin, grain_size));
  const int64_t chunk = divup(end - begin, count);
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto part = [&](int64_t id) {
    try {
      const ThreadIdGuard guard(static_cast<int>(id));
      f(begin + id * chunk, std::min(end, begin + (id + 1) * chunk));
    } catch (...) {
      const std::lock_guard lock(mutex);
      thrown = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (int64_t id = 1; begin + id * chunk < end; ++id) others.emplace_back(part, id);
  part(0);
  for (std::thread& thread : others) thread.join();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace at::internal
