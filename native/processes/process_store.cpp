#include "process_store.h"

#include <exception>

namespace layer_rotation {

ProcessStore::~ProcessStore() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (life_.joinable()) life_.join();
}

void ProcessStore::begin_life(const std::string& key, std::chrono::milliseconds interval) {
  life_ = std::thread([this, key, interval] {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      lock.unlock();
      try {
        keys_->add(key, 1);
      } catch (const std::exception&) {
        return;  // whoever uses the store next says what is wrong
      }
      lock.lock();
      wake_.wait_for(lock, interval, [this] { return ended_; });
    }
  });
}

}  // namespace layer_rotation
