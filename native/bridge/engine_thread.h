#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace layer_rotation {

/// A thread on which LibTorch works: one for the whole process, and one more for each trainer that uses block kernels,
/// so that several of them can share a CUDA device. Streams, grad mode, library handles and the OpenMP team belong to a
/// thread, so all work for a trainer happens on its thread, whichever JavaScript thread asks for it. Tasks run one
/// after another in the order of their arrival; they must not throw, and must not hold the EngineThread itself, whose
/// destructor joins the thread.
class EngineThread {
 public:
  /// The process's thread, started if there is none. Like every thread it ends, after its tasks, when its last holder
  /// releases it.
  static std::shared_ptr<EngineThread> acquire();
  /// A new thread.
  static std::shared_ptr<EngineThread> start();

  /// Ends all threads before exit() destroys LibTorch's static objects: running tasks end after their current step, the
  /// tasks behind them are dropped. No task may be posted afterwards.
  static void end_at_exit();

  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  void post(std::function<void()> task);
  /// Waits for the tasks so far; no task may be posted afterwards.
  void end();

 private:
  EngineThread();
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::mutex end_mutex_;  ///< several callers may end it
  std::thread thread_;
};

}  // namespace layer_rotation
