#pragma once

#ifndef __CUDACC__
#include <ATen/Parallel.h>
#endif
#include <c10/core/Device.h>

#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "../error.h"
#include "host_device.h"

/// A block kernel is work in independent items, each done by a block of kThreads threads. There are two kinds. Where an
/// item has one sum, a kernel is
///
///     struct Kernel {
///       using Sum = …;                                    // of doubles, or NoSum
///       Sum sum(int64_t item, int thread) const;          // a thread's share of an item
///       void store(int64_t item, const Sum& total) const; // called once an item
///     };
///
/// and the shares are added in a fixed order, without atomics, so that the same input gives the same bits. Such a
/// kernel may also end with what another launch would do, once all items are stored:
///
///     struct Kernel {
///       …
///       using Total = …;                                  // of doubles, or NoSum
///       uint32_t* arrivals() const;                       // 0 before and after; null for a launch that does not end
///       so Total total(int thread) const;                    // a thread's share; not for NoSum void finish(const
///       Total& total) const;            // called once a launch
///     };
///
/// The block that ends last does this: whichever it is, it adds the same numbers in the same order. What items stored
/// it reads by read_stored(). Where the threads of a block need more of each other than that, it is
///
///     struct Kernel {
///       struct Shared { … };                              // memory that the threads of a block share
///       static constexpr int kPhases = …;
///       template <int kPhase>
///       void run(int64_t item, int thread, Shared& shared) const;
///     };
///
/// All threads of a block end a phase of an item before any of them begins the next one; only `shared` and the memory
/// of the device pass from phase to phase. In a phase a thread must not read what another one writes.
///
/// Kernels are plain structs of pointers and numbers. nvcc compiles them for CUDA devices, and the host's compiler for
/// the CPU, where tests run them; dropout and the steps of an epoch come from them on every device.
namespace layer_rotation::kernel {

constexpr int kThreads = 256;
constexpr int kWarp = 32;
constexpr int kWarps = kThreads / kWarp;

/// The Sum of a kernel whose threads do all of the work by themselves, without store().
struct NoSum {};

/// A kernel of the first kind that ends with a total.
template <class Kernel>
concept Finishing = requires {
  typename Kernel::Total;
};

/// Reads a number that another block of the same launch has stored, which may be newer than what a processor keeps.
template <class Number>
LAYER_ROTATION_HOST_DEVICE inline Number read_stored(const Number& number) {
  return *static_cast<const volatile Number*>(&number);
}

/// A kernel of the second kind.
template <class Kernel>
concept Phased = requires {
  typename Kernel::Shared;
};

/// Calls `run_phase.template operator()<kPhase>()` for every phase of a kernel, in their order.
template <class Kernel, class RunPhase>
LAYER_ROTATION_HOST_DEVICE void for_each_phase(const RunPhase& run_phase) {
  [&]<int... kPhase>(std::integer_sequence<int, kPhase...>) { (run_phase.template operator()<kPhase>(), ...); }
  (std::make_integer_sequence<int, Kernel::kPhases>());
}

#ifndef __CUDACC__
/// Adds the values of a block's threads in the order of a CUDA device: a tree in each warp, then one over the warps.
template <class Sum>
Sum block_sum_on_host(std::array<Sum, kThreads>& values) {
  const auto tree = [](Sum* first, int count, int stride) {
    for (int offset = count / 2; offset > 0; offset /= 2) {
      for (int i = 0; i < offset; ++i) first[i * stride] += first[(i + offset) * stride];
    }
  };
  for (int warp = 0; warp < kWarps; ++warp) tree(&values[static_cast<size_t>(warp * kWarp)], kWarp, 1);
  tree(values.data(), kWarps, kWarp);
  return values[0];
}

/// The sum of what `share(thread)` returns for each thread of a block.
template <class Share>
auto sum_of_threads_on_host(const Share& share) {
  std::array<decltype(share(0)), kThreads> values;
  for (int thread = 0; thread < kThreads; ++thread) values[static_cast<size_t>(thread)] = share(thread);
  return block_sum_on_host(values);
}

template <class Kernel>
void run_on_host(const Kernel& kernel, int64_t items) {
  at::parallel_for(0, items, 1, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; ++item) {
      if constexpr (std::is_same_v<typename Kernel::Sum, NoSum>) {
        for (int thread = 0; thread < kThreads; ++thread) kernel.sum(item, thread);
      } else {
        kernel.store(item, sum_of_threads_on_host([&](int thread) { return kernel.sum(item, thread); }));
      }
    }
  });
  if constexpr (Finishing<Kernel>) {
    if (kernel.arrivals() == nullptr) return;
    if constexpr (std::is_same_v<typename Kernel::Total, NoSum>) {
      kernel.finish({});
    } else {
      kernel.finish(sum_of_threads_on_host([&](int thread) { return kernel.total(thread); }));
    }
  }
}

/// Runs each phase of an item for all threads, one after the other.
template <Phased Kernel>
void run_on_host(const Kernel& kernel, int64_t items) {
  at::parallel_for(0, items, 1, [&](int64_t begin, int64_t end) {
    const auto shared = std::make_unique<typename Kernel::Shared>();
    for (int64_t item = begin; item < end; ++item) {
      for_each_phase<Kernel>([&]<int kPhase>() {
        for (int thread = 0; thread < kThreads; ++thread) kernel.template run<kPhase>(item, thread, *shared);
      });
    }
  });
}

#endif

/// Runs `kernel` on the current stream of the current CUDA device. Defined, by LAYER_ROTATION_CUDA_KERNEL, in a .cu
/// file.
template <class Kernel>
void run_on_cuda(const Kernel& kernel, int64_t items);

#ifndef __CUDACC__
/// Runs `kernel` on the device that its memory is on.
template <class Kernel>
void run(const Kernel& kernel, int64_t items, at::Device device) {
  if (items == 0) return;
  if (device.is_cpu()) return run_on_host(kernel, items);
#ifdef LAYER_ROTATION_CUDA_KERNELS
  run_on_cuda(kernel, items);
#else
  throw Error("NATIVE",
              "this addon has no CUDA kernels, because it was built without nvcc; rebuild it with nvcc on PATH");
#endif
}
#endif

}  // namespace layer_rotation::kernel
