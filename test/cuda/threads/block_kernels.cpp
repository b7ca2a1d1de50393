// block_kernels sums|phases none|first|second: runs block kernels of one kind in threads, as CUDA would, and compares
// their results bit by bit with those of run_on_host(). `first` and `second` leave out one of the two barriers of every
// item. ThreadSanitizer watches all of it, and ends the process with 66 if it has reported a race.

#include "cuda_threads.h"

#include "../../../native/device/block_kernel.cuh"
#include "../../../native/device/phased_kernel.cuh"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

using namespace layer_rotation::kernel;

/// More items than blocks, so that a block takes another one.
constexpr unsigned kBlocks = 2;
constexpr int64_t kItems = 3;

struct Moments {
  double sum = 0;
  double squares = 0;
  Moments& operator+=(const Moments& other) { return add(*this, other); }
};

struct MomentsOfItems {
  using Sum = Moments;
  const std::vector<std::vector<double>>* items;
  Moments* totals;

  Sum sum(int64_t item, int thread) const {
    const std::vector<double>& numbers = (*items)[static_cast<size_t>(item)];
    Sum sum;
    for (size_t i = static_cast<size_t>(thread); i < numbers.size(); i += kThreads) {
      sum += {numbers[i], numbers[i] * numbers[i]};
    }
    return sum;
  }
  void store(int64_t item, const Sum& total) const { totals[item] = total; }
};

/// Ends with the moments of all items.
struct MomentsOfAll : MomentsOfItems {
  using Total = Moments;
  uint32_t* counter;

  uint32_t* arrivals() const { return counter; }
  Total total(int thread) const { return thread < kItems ? totals[thread] : Total(); }
  void finish(const Total& total) const { totals[kItems] = total; }
};

/// Each thread computes by itself.
struct Roots {
  using Sum = NoSum;
  const double* numbers;
  double* roots;

  void sum(int64_t item, int thread) const {
    const int64_t i = item * kThreads + thread;
    roots[i] = std::sqrt(numbers[i]);
  }
};

/// Turns the numbers of an item round: each thread needs what another one has loaded.
struct Reversal {
  struct Shared {
    double loaded[kThreads];
  };
  static constexpr int kPhases = 2;
  const double* numbers;
  double* reversed;

  template <int kPhase>
  void run(int64_t item, int thread, Shared& shared) const {
    if constexpr (kPhase == 0) {
      shared.loaded[thread] = numbers[item * kThreads + thread];
    } else {
      reversed[item * kThreads + thread] = shared.loaded[kThreads - 1 - thread];
    }
  }
};

std::vector<double> numbers(size_t count, double seed) {
  std::vector<double> numbers(count);
  for (size_t i = 0; i < count; ++i) numbers[i] = 1 + std::sin(seed + static_cast<double>(i));
  return numbers;
}

/// Runs a kernel of `Result`s in threads and on the host. Returns whether they agree in every bit.
template <class Result, class Make>
bool agree(const char* name, size_t results, Make make) {
  std::vector<Result> in_threads(results), on_host(results);
  const auto kernel = make(in_threads.data());
  cuda_threads::launch(kBlocks, [&] {
    if constexpr (Phased<decltype(kernel)>) {
      phased_kernel(kernel, kItems);
    } else {
      block_kernel(kernel, kItems);
    }
  });
  run_on_host(make(on_host.data()), kItems);
  const bool same = std::memcmp(in_threads.data(), on_host.data(), results * sizeof(Result)) == 0;
  std::printf("%s: %s\n", name, same ? "the same bits" : "other bits");
  return same;
}

}  // namespace

int main(int, char** arguments) {
  const std::string_view kind = arguments[1], left_out = arguments[2];
  if (left_out != "none") cuda_threads::omission = {left_out == "first" ? 0u : 1u, 2};

  const std::vector<double> all = numbers(kItems * kThreads, 0);
  if (kind == "phases") {
    return agree<double>("phases", all.size(), [&](double* to) { return Reversal{all.data(), to}; }) ? 0 : 1;
  }
  std::vector<std::vector<double>> items;
  for (const size_t size : {1000, 33, 4097}) items.push_back(numbers(size, static_cast<double>(size)));
  const bool sums_agree = agree<Moments>("sums", kItems, [&](Moments* totals) {
    return MomentsOfItems{&items, totals};
  });
  uint32_t counter = 0;
  const bool totals_agree = agree<Moments>("sums and their total", kItems + 1, [&](Moments* totals) {
    return MomentsOfAll{{&items, totals}, &counter};
  });
  const bool roots_agree = agree<double>("no sums", all.size(), [&](double* to) { return Roots{all.data(), to}; });
  return sums_agree && totals_agree && counter == 0 && roots_agree ? 0 : 1;
}
