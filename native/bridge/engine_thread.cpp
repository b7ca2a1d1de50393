#include "engine_thread.h"

#include <malloc.h>
#include <pthread.h>

#include <cstdlib>

#include "../engine/cpu_memory.h"
#include "../engine/stop_token.h"

namespace layer_rotation {
namespace {

/// What oneDNN allocates for a product, it frees and allocates again in every step. By default glibc hands that back to
/// the kernel and gets it again as new pages, which have to be cleared.
void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kBytes = 512 << 20;
  mallopt(M_MMAP_THRESHOLD, kBytes);
  mallopt(M_TRIM_THRESHOLD, kBytes);
#endif
}

std::mutex running_mutex;
std::weak_ptr<EngineThread> running;  // guarded by running_mutex

/// exit() runs what was registered last first, and LibTorch makes some of its static objects when it first needs them.
/// So many tasks, each of which may have been the first to need one, are followed by a registration.
constexpr int kFirstTasks = 16;

}  // namespace

std::shared_ptr<EngineThread> EngineThread::acquire() {
  static const int registered = std::atexit(&EngineThread::end_at_exit);
  static_cast<void>(registered);
  const std::lock_guard lock(running_mutex);
  std::shared_ptr<EngineThread> engine = running.lock();
  if (!engine) {
    engine.reset(new EngineThread());
    running = engine;
  }
  return engine;
}

void EngineThread::end_at_exit() {
  process_is_ending = true;
  std::shared_ptr<EngineThread> engine;
  {
    const std::lock_guard lock(running_mutex);
    engine = running.lock();
  }
  if (engine) engine->end();
}

EngineThread::EngineThread() : thread_([this] { run(); }) {}

EngineThread::~EngineThread() { end(); }

void EngineThread::end() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void EngineThread::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void EngineThread::run() {
  pthread_setname_np(pthread_self(), "layer-rotation");
  keep_freed_memory();
  keep_cpu_memory();
  for (int done = 0;; ++done) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_ && (tasks_.empty() || process_is_ending)) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    if (done < kFirstTasks && !process_is_ending) std::atexit(&EngineThread::end_at_exit);
  }
}

}  // namespace layer_rotation
