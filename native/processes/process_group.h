#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "process_collectives.h"

namespace layer_rotation {

class ProcessStore;

/// The place of this process among those that train together.
struct ProcessGroupSpec {
  int rank = 0;
  int size = 1;
  std::string address;  ///< host of the store: that of rank 0, or of torchrun's agent
  uint16_t port = 0;
  bool store_of_agent = false;          ///< whether an agent runs the store; otherwise rank 0 does
  std::string prefix;                   ///< of the keys, for processes that meet again in the same store
  std::chrono::milliseconds timeout{};  ///< after which a process that does not answer is lost
};

/// Processes that train together, as c10d of PyTorch has them: they meet in a TCPStore, leave each other messages
/// there, and watch each other's signs of life. A process that has ended, or gives no sign of life for the timeout, is
/// lost: the others then get Error PROCESS_LOST with its rank, host and process number.
class ProcessGroup {
 public:
  explicit ProcessGroup(ProcessGroupSpec spec);
  /// Ends the signs of life.
  ~ProcessGroup();

  int rank() const { return spec_.rank; }
  int size() const { return spec_.size; }
  const ProcessGroupSpec& spec() const { return spec_; }

  /// Waits until all processes are there, at most five minutes or the timeout, if that is longer. Throws Error
  /// PROCESS_LOST with the ranks that have not come, and INVALID_CONFIG if another process has this rank.
  void join();
  /// Makes waits end with Error INTERRUPTED; any thread may call it.
  void leave();

  void set(const std::string& key, const std::vector<uint8_t>& value);
  bool has(const std::string& key);
  void forget(const std::string& key);
  /// Returns the value that process `rank` sets, once it has. Throws Error PROCESS_LOST once that process is lost.
  std::vector<uint8_t> wait(const std::string& key, int rank);

  /// The sums and copies of tensors on `device` over all processes. The first call on each process must be on the same
  /// kind of device.
  ProcessCollectives& collectives(at::Device device);
  /// Throws Error PROCESS_LOST for a sum or copy that has failed: finds out which process no longer answers.
  [[noreturn]] void report_failure(const std::string& failure);

 private:
  /// Calls `use(keys)`, which must own all that it uses. A store that fails, or does not answer in time, means that its
  /// process is lost.
  template <class Use>
  auto with_store(Use use);
  /// '2 of 4 (host a, process 123)'
  std::string name(int rank) const;
  /// 'address:port' of the store
  std::string where() const;
  /// Puts this process down as its rank.
  void take_place();
  [[noreturn]] void lose(const std::vector<int>& ranks, const std::string& how);
  /// ': error' that has ended a rank, if it left one.
  std::string reason(int rank) const;
  /// Throws Error INTERRUPTED after leave(), and while the process ends.
  void require_here() const;
  void pause(std::chrono::milliseconds time) const;
  /// The ranks whose key `key_of(rank)` is not set.
  template <class KeyOf>
  std::vector<int> without(KeyOf key_of);

  ProcessGroupSpec spec_;
  std::atomic<bool> left_ = false;
  std::atomic<bool> hangs_ = false;  ///< whether the store did not answer in time
  std::atomic<std::chrono::milliseconds> answer_time_;
  std::unique_ptr<ProcessStore> store_;  ///< null before join()
  std::unique_ptr<ProcessCollectives> collectives_;
  std::vector<std::string> members_;  ///< host and process number of each rank; empty before join()
};

}  // namespace layer_rotation
