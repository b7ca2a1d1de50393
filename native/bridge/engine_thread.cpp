#include "engine_thread.h"

#include <malloc.h>
#include <pthread.h>

#include <vector>

#include "../runtime/cpu_memory.h"
#include "../runtime/load_watch.h"
#include "../runtime/process_end.h"

namespace layer_rotation {
namespace {

/// Makes glibc keep freed memory. oneDNN allocates and frees its buffers in every step; by default glibc hands them
/// back to the operating system and gets them again as new pages, which have to be cleared.
void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kBytes = 512 << 20;
  mallopt(M_MMAP_THRESHOLD, kBytes);
  mallopt(M_TRIM_THRESHOLD, kBytes);
#endif
}

std::mutex running_mutex;
// The process's thread and all threads, guarded by running_mutex.
std::weak_ptr<EngineThread> shared_thread;
std::vector<std::weak_ptr<EngineThread>> running;

}  // namespace

std::shared_ptr<EngineThread> EngineThread::acquire() {
  {
    const std::lock_guard lock(running_mutex);
    if (auto engine = shared_thread.lock()) return engine;
  }
  auto engine = start();
  const std::lock_guard lock(running_mutex);
  if (auto other = shared_thread.lock()) return other;  // another JavaScript thread was faster
  shared_thread = engine;
  return engine;
}

std::shared_ptr<EngineThread> EngineThread::start() {
  static std::once_flag registered;
  std::call_once(registered, end_work_at_exit, &EngineThread::end_at_exit);
  std::shared_ptr<EngineThread> engine(new EngineThread());
  const std::lock_guard lock(running_mutex);
  std::erase_if(running, [](const auto& one) { return one.expired(); });
  running.push_back(engine);
  return engine;
}

void EngineThread::end_at_exit() {
  process_is_ending = true;
  std::vector<std::weak_ptr<EngineThread>> all;
  {
    const std::lock_guard lock(running_mutex);
    all = running;
  }
  for (const auto& one : all) {
    if (const auto engine = one.lock()) engine->end();
  }
}

EngineThread::EngineThread() : thread_([this] { run(); }) {}

EngineThread::~EngineThread() { end(); }

void EngineThread::end() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  const std::lock_guard lock(end_mutex_);
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
  const auto watch = LoadWatch::acquire();
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_ && (tasks_.empty() || process_is_ending)) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    {
      const LoadWatch::Work work(*watch);
      task();
    }
    renew_end_of_work();
  }
}

}  // namespace layer_rotation
