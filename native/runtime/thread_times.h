#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace layer_rotation {

/// The times that the kernel counts for this process's threads of one name.
class ThreadTimes {
 public:
  explicit ThreadTimes(std::string name) : name_(std::move(name)) {}

  /// The largest share of the time since the last call, 0 … 1, in which a thread could have run but another task had
  /// its processor. It is 0 at the first call, if fewer than two threads have run since, and if the kernel does not
  /// count these times (/proc/<pid>/schedstat).
  double longest_wait();

 private:
  struct Times {
    uint64_t running = 0;  ///< nanoseconds since the thread began
    uint64_t waiting = 0;  ///< nanoseconds since the thread began
  };

  std::string name_;
  std::map<pid_t, Times> last_;
  std::chrono::steady_clock::time_point last_call_;
};

}  // namespace layer_rotation
