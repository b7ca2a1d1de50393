#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

/// The part of CUDA's language that native/device/block_kernel.cuh uses, for threads of the host: each thread of a
/// block is a std::thread, so that ThreadSanitizer sees which accesses only a barrier of the block keeps apart. Blocks
/// run one after another.

#define __device__
#define __global__
#define __launch_bounds__(threads)
#define __shared__ static

namespace cuda_threads {

constexpr unsigned kBlock = 256;
constexpr unsigned kWarp = 32;

struct Index {
  unsigned x;
};

class Barrier {
 public:
  explicit Barrier(unsigned threads) { pthread_barrier_init(&barrier_, nullptr, threads); }
  ~Barrier() { pthread_barrier_destroy(&barrier_); }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  void wait() { pthread_barrier_wait(&barrier_); }

 private:
  pthread_barrier_t barrier_;
};

struct Warp {
  Barrier barrier{kWarp};
  /// Two shuffles in turn have each its own, so that a thread that is late reads what was meant for it.
  std::atomic<double> exchanged[2][kWarp];
};

/// A barrier of the kernel that the threads walk past, to see that its absence is reported: the n-th of every
/// `period`, counted from 0. No barrier is left out while `period` is 0.
struct Omission {
  unsigned n = 0;
  unsigned period = 0;
};

inline Omission omission;
/// Two in turn: ThreadSanitizer takes whatever was done before any arrival at a barrier as done before a departure. A
/// thread that departs late would else be thought to know what a fast one did on its way to the next barrier.
inline Barrier block_barriers[2] = {Barrier(kBlock), Barrier(kBlock)};
inline Warp warps[kBlock / kWarp];
inline thread_local unsigned barriers_reached, barriers_passed, shuffles;

}  // namespace cuda_threads

inline thread_local cuda_threads::Index threadIdx, blockIdx, gridDim;

inline void __syncthreads() {
  using namespace cuda_threads;
  const unsigned reached = barriers_reached++;
  if (omission.period != 0 && reached % omission.period == omission.n) return;
  block_barriers[barriers_passed++ % 2].wait();
}

/// Blocks run one after another, so that one sees what earlier ones have stored.
inline void __threadfence() {}

inline unsigned atomicAdd(unsigned* number, unsigned more) {
  return std::atomic_ref<unsigned>(*number).fetch_add(more, std::memory_order_relaxed);
}

// ThreadSanitizer's: between them a thread's waiting does not count as order.
extern "C" void AnnotateIgnoreSyncBegin(const char* file, int line);
extern "C" void AnnotateIgnoreSyncEnd(const char* file, int line);

/// A shuffle exchanges registers and, as CUDA's, orders no accesses to memory.
inline double __shfl_down_sync(unsigned mask, double value, unsigned offset) {
  using namespace cuda_threads;
  if (mask != 0xffffffffu) std::abort();
  const unsigned lane = threadIdx.x % kWarp;
  Warp& warp = warps[threadIdx.x / kWarp];
  std::atomic<double>* exchanged = warp.exchanged[shuffles++ % 2];
  AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
  exchanged[lane].store(value, std::memory_order_relaxed);
  warp.barrier.wait();
  if (lane + offset < kWarp) value = exchanged[lane + offset].load(std::memory_order_relaxed);
  AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
  return value;
}

namespace cuda_threads {

/// Runs `kernel`, a function without arguments, as a grid of `blocks`.
template <class Kernel>
void launch(unsigned blocks, Kernel kernel) {
  for (unsigned block = 0; block < blocks; ++block) {
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < kBlock; ++thread) {
      threads.emplace_back([=] {
        threadIdx.x = thread;
        blockIdx.x = block;
        gridDim.x = blocks;
        kernel();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace cuda_threads
