#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace layer_rotation {

/// The store of a group, and the thread that counts this process's signs of life in it.
class ProcessStore {
 public:
  explicit ProcessStore(c10::intrusive_ptr<c10d::Store> keys) : keys_(std::move(keys)) {}
  ~ProcessStore();

  const c10::intrusive_ptr<c10d::Store>& keys() const { return keys_; }
  /// Adds 1 to the number at `key` now and after each interval, until the store fails.
  void begin_life(const std::string& key, std::chrono::milliseconds interval);

 private:
  c10::intrusive_ptr<c10d::Store> keys_;
  std::mutex mutex_;  ///< guards ended_
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread life_;
};

}  // namespace layer_rotation
