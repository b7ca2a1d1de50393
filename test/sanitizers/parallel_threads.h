#pragma once

// at::parallel_for for ThreadSanitizer, which does not see how the threads of OpenMP's runtime wait for one another and
// would report every parallel region. The same partition as LibTorch's own, which is left out where the compiler does
// not know OpenMP, on threads that are made anew each time: what two of them touch without a lock is a race.

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
