#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace layer_rotation {

/// A thread on which LibTorch works: one for the whole process, and one more for each trainer that works by block
/// kernels, so that several of them can share a CUDA device. Streams, grad mode, library handles and the OpenMP team
/// belong to a thread, so whatever is done with a trainer is done on its thread, whichever JavaScript thread asks.
/// Tasks run one after another in the order of their arrival; they must not throw, and must not hold the EngineThread
/// itself, which joins when it is released.
class EngineThread {
 public:
  /// The process's thread, started if there is none. Like every other one it ends, after its tasks, when the last
  /// holder lets go.
  static std::shared_ptr<EngineThread> acquire();
  /// A thread of its own.
  static std::shared_ptr<EngineThread> start();

  /// For exit(), which destroys LibTorch's static objects: ends the running threads after the present step of their
  /// tasks, and drops the tasks behind them. Nothing else may be asked of them then.
  static void end_at_exit();

  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  void post(std::function<void()> task);
  /// Waits for the tasks so far; none may be posted from then on.
  void end();

 private:
  EngineThread();
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::mutex end_mutex_;  ///< of those that end it
  std::thread thread_;
};

}  // namespace layer_rotation
