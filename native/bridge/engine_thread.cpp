#include "engine_thread.h"

#include <malloc.h>
#include <pthread.h>

#include "../engine/cpu_memory.h"

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

}  // namespace

std::shared_ptr<EngineThread> EngineThread::acquire() {
  static std::mutex mutex;
  static std::weak_ptr<EngineThread> running;
  const std::lock_guard lock(mutex);
  std::shared_ptr<EngineThread> engine = running.lock();
  if (!engine) {
    engine.reset(new EngineThread());
    running = engine;
  }
  return engine;
}

EngineThread::EngineThread() : thread_([this] { run(); }) {}

EngineThread::~EngineThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
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
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_ && tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace layer_rotation
