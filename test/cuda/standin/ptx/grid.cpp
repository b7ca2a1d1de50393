#include "grid.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>

namespace standin::ptx {

namespace {

bool looks_for_races() {
  const char* value = std::getenv("LAYER_ROTATION_STANDIN_RACE");
  return value && std::strcmp(value, "1") == 0;
}

/// Runs the blocks [begin, grid.blocks), each taken by the next free thread.
void run_in_parallel(unsigned begin, const char* parameters, const Grid& grid, BlockPool& pool, unsigned threads) {
  std::atomic<unsigned> next{begin};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      std::unique_ptr<Block> block = pool.take(grid);
      for (unsigned id = next++; id < grid.blocks; id = next++) block->run(id, parameters, nullptr);
      pool.give_back(std::move(block));
    } catch (...) {
      next = grid.blocks;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::jthread> helpers;
  for (unsigned k = 1; k < threads; ++k) helpers.emplace_back(work);
  work();
  helpers.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

std::unique_ptr<Block> BlockPool::take(const Grid& grid) {
  {
    const std::lock_guard lock(mutex_);
    const auto fits = [&](const auto& block) { return block->fits(grid); };
    const auto found = std::find_if(free_.begin(), free_.end(), fits);
    if (found != free_.end()) {
      std::unique_ptr<Block> block = std::move(*found);
      free_.erase(found);
      block->begin_launch(grid);
      return block;
    }
  }
  return std::make_unique<Block>(program_, grid);
}

void BlockPool::give_back(std::unique_ptr<Block> block) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(block));
}

void run_grid(const char* parameters, const Grid& grid, BlockPool& pool) {
  using Clock = std::chrono::steady_clock;
  const bool races = looks_for_races();
  GlobalRaceMarks marks;
  // A block that ends with a fault is not used again.
  std::unique_ptr<Block> block = pool.take(grid);
  const auto start = Clock::now();
  const unsigned threads = std::min(std::thread::hardware_concurrency(), grid.blocks);
  // Starting threads pays for launches that take long.
  constexpr auto kWorthwhile = std::chrono::milliseconds(1);
  for (unsigned id = 0; id < grid.blocks; ++id) {
    if (!races && threads > 1 && grid.blocks - id > 1 && Clock::now() - start > kWorthwhile) {
      pool.give_back(std::move(block));
      return run_in_parallel(id, parameters, grid, pool, threads);
    }
    block->run(id, parameters, races ? &marks : nullptr);
  }
  pool.give_back(std::move(block));
}

}  // namespace standin::ptx
