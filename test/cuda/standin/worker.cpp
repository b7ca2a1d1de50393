#include "worker.h"

#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include "settings.h"

namespace standin {

void Worker::push(std::function<void()> task) {
  if (!settings().most_delay) return task();
  const std::lock_guard lock(mutex_);
  if (!std::exchange(is_started_, true)) std::thread([this] { run(); }).detach();
  tasks_.push_back(std::move(task));
  wake_.notify_one();
}

void Worker::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return tasks_.empty() && !is_busy_; });
}

void Worker::run() {
  std::minstd_rand random(1);
  std::uniform_int_distribution delay(0, *settings().most_delay);
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !tasks_.empty(); });
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    is_busy_ = true;
    lock.unlock();
    std::this_thread::sleep_for(std::chrono::microseconds(delay(random)));
    task();
    lock.lock();
    is_busy_ = false;
    if (tasks_.empty()) idle_.notify_all();
  }
}

}  // namespace standin
