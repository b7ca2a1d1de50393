#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace standin {

/// Does a stream's work in a thread of its own, each piece late by a random time, if
/// LAYER_ROTATION_STANDIN_ASYNCHRONOUS asks for that. Otherwise work is done when it is enqueued.
class Worker {
 public:
  void push(std::function<void()> task);
  /// Waits until all tasks are done.
  void drain();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<std::function<void()>> tasks_;
  bool is_busy_ = false, is_started_ = false;
};

}  // namespace standin
