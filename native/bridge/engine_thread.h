#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace layer_rotation {

/// The one thread of the process on which LibTorch works. Streams, grad mode, library handles and the OpenMP team
/// belong to a thread, so all of them live here, whichever JavaScript thread asks. Tasks run one after another in the
/// order of their arrival; they must not throw, and must not hold the EngineThread itself, which joins when it is
/// released.
class EngineThread {
 public:
  /// The running thread, started if there is none. It ends, after its current task, when the last holder lets go.
  static std::shared_ptr<EngineThread> acquire();

  /// For exit(), which destroys LibTorch's static objects: ends the running thread after the present step of its task,
  /// and drops the tasks behind it. Nothing else may be asked of it then.
  static void end_at_exit();

  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  void post(std::function<void()> task);

 private:
  EngineThread();
  void run();
  void end();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace layer_rotation
