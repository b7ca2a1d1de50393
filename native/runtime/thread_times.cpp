#include "thread_times.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace layer_rotation {

double ThreadTimes::longest_wait() {
  const auto now = std::chrono::steady_clock::now();
  const double passed = std::chrono::duration<double, std::nano>(now - last_call_).count();
  std::map<pid_t, Times> current;
  uint64_t longest = 0;
  int ran = 0;
  std::error_code unreadable;  // a thread may end at any time
  for (std::filesystem::directory_iterator entry("/proc/self/task", unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const std::filesystem::path& folder = entry->path();
    std::string name;
    if (!std::getline(std::ifstream(folder / "comm"), name) || name != name_) continue;
    Times times;
    if (!(std::ifstream(folder / "schedstat") >> times.running >> times.waiting)) continue;
    const pid_t id = std::atoi(folder.filename().c_str());
    current.emplace(id, times);
    const auto before = last_.find(id);
    if (before == last_.end()) continue;
    if (times.running > before->second.running) ++ran;
    // A new thread may have the number of one that ended.
    if (times.waiting > before->second.waiting) longest = std::max(longest, times.waiting - before->second.waiting);
  }
  last_ = std::move(current);
  last_call_ = now;
  return ran < 2 ? 0 : std::min(1.0, static_cast<double>(longest) / passed);
}

}  // namespace layer_rotation
