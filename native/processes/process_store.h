#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace layer_rotation {

/// The store of a group, and the thread that counts this process's signs of life in it.
class ProcessStore {
 public:
  explicit ProcessStore(c10::intrusive_ptr<c10d::Store> keys) : keys_(std::move(keys)) {}
  /// Ends the signs of life.
  ~ProcessStore();

  const c10::intrusive_ptr<c10d::Store>& keys() const { return keys_; }
  /// Adds 1 to the number at `key` now and after each interval, until the store fails.
  void begin_life(const std::string& key, std::chrono::milliseconds interval);

 private:
  struct Life;

  c10::intrusive_ptr<c10d::Store> keys_;
  std::shared_ptr<Life> life_;  ///< null before begin_life(); shared with its thread
};

}  // namespace layer_rotation
