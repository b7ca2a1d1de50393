#pragma once

#include <chrono>

namespace layer_rotation {

/// Tells when work that reports its progress is due to report again: every 100 ms.
class ProgressInterval {
 public:
  /// Returns whether the interval has passed; the next one then begins.
  bool passed() {
    const auto now = std::chrono::steady_clock::now();
    if (now - reported_ < std::chrono::milliseconds(100)) return false;
    reported_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point reported_ = std::chrono::steady_clock::now();
};

}  // namespace layer_rotation
