#include "process_store.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace layer_rotation {
namespace {

/// The thread may wait for ever for a store that does not answer.
constexpr auto kPatience = std::chrono::seconds(1);

}  // namespace

struct ProcessStore::Life {
  std::mutex mutex;  ///< guards the flags
  std::condition_variable changed;
  bool ends = false;   ///< whether the thread is to end
  bool ended = false;  ///< whether it has
};

ProcessStore::~ProcessStore() {
  if (!life_) return;
  std::unique_lock lock(life_->mutex);
  life_->ends = true;
  life_->changed.notify_all();
  life_->changed.wait_for(lock, kPatience, [this] { return life_->ended; });
}

void ProcessStore::begin_life(const std::string& key, std::chrono::milliseconds interval) {
  life_ = std::make_shared<Life>();
  std::thread([life = life_, keys = keys_, key, interval]() mutable {
    std::unique_lock lock(life->mutex);
    while (!life->ends) {
      lock.unlock();
      try {
        keys->add(key, 1);
      } catch (const std::exception&) {
        lock.lock();
        break;  // whoever uses the store next says what is wrong
      }
      lock.lock();
      life->changed.wait_for(lock, interval, [&] { return life->ends; });
    }
    keys.reset();
    life->ended = true;
    life->changed.notify_all();
  }).detach();
}

}  // namespace layer_rotation
