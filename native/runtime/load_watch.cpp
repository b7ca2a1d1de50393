#include "load_watch.h"

#include <omp.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "thread_times.h"

namespace layer_rotation {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval{100};
/// Processors are shared once a thread has waited for a larger share than kShared in kBefore intervals one after
/// another, and free once none has waited for more than kFree in as many as kAfter. A training beside another one waits
/// for half of the time while its threads spin, and for nearly a third while they sleep.
constexpr double kShared = 0.2;
constexpr int kBefore = 2;
constexpr double kFree = 0.1;
constexpr int kAfter = 5;

bool is_set(const char* variable) { return std::getenv(variable) != nullptr; }

/// Returns whether `count` more threads can be started; OpenMP ends the process if it cannot start one.
bool can_start(int count) {
  std::mutex mutex;
  std::vector<std::thread> threads;
  bool started = true;
  {
    const std::lock_guard all_wait(mutex);
    try {
      for (int i = 0; i < count; ++i) threads.emplace_back([&mutex] { const std::lock_guard lock(mutex); });
    } catch (const std::system_error&) {
      started = false;
    }
  }
  for (std::thread& thread : threads) thread.join();
  return started;
}

/// A team of the calling thread that has nothing to do. GNU's OpenMP lets the threads of all teams spin for only a few
/// microseconds while the process has more of them than processors.
class IdleTeam {
 public:
  bool exists() const { return exists_; }

  void start() {
    const int threads = omp_get_num_procs() + 1;
    if (!can_start(threads)) return;
    std::atomic<int> members = 0;  // counted, because a compiler removes an empty region
#if defined(_OPENMP)               // ThreadSanitizer's addon is compiled without
#pragma omp parallel num_threads(threads)
    ++members;
#endif
    exists_ = members > 1;
  }

  void end() { exists_ = omp_pause_resource(omp_pause_soft, omp_get_initial_device()) != 0; }

 private:
  bool exists_ = false;
};

}  // namespace

std::shared_ptr<LoadWatch> LoadWatch::acquire() {
  static std::mutex mutex;
  static std::weak_ptr<LoadWatch> shared;
  const std::lock_guard lock(mutex);
  auto watch = shared.lock();
  if (!watch) shared = watch = std::shared_ptr<LoadWatch>(new LoadWatch());
  return watch;
}

LoadWatch::LoadWatch() {
  if (is_set("OMP_WAIT_POLICY") || is_set("GOMP_SPINCOUNT")) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // Threads then spin as they do without a watch.
  }
}

LoadWatch::~LoadWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

LoadWatch::Work::Work(LoadWatch& watch) : watch_(watch) {
  {
    const std::lock_guard lock(watch_.mutex_);
    ++watch_.works_;
  }
  watch_.changed_.notify_one();
}

LoadWatch::Work::~Work() {
  const std::lock_guard lock(watch_.mutex_);
  --watch_.works_;
}

void LoadWatch::run() {
  char engine[16];
  pthread_getname_np(pthread_self(), engine, sizeof engine);
  pthread_setname_np(pthread_self(), "load-watch");
  ThreadTimes times(engine);
  IdleTeam sleepers;
  int intervals = 0;  ///< one after another that speak for a change
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || works_ > 0; });
    if (changed_.wait_for(lock, kInterval, [this] { return ending_; })) return;
    lock.unlock();
    const double wait = times.longest_wait();
    const bool changes = sleepers.exists() ? wait < kFree : wait > kShared;
    intervals = changes ? intervals + 1 : 0;
    if (!sleepers.exists() && intervals == kBefore) {
      sleepers.start();
      intervals = 0;
    } else if (sleepers.exists() && intervals == kAfter) {
      sleepers.end();
      intervals = 0;
    }
    lock.lock();
  }
}

}  // namespace layer_rotation
