#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace layer_rotation {

/// Watches whether the engine's threads have to wait for processors, and makes those that wait for each other sleep at
/// once while they do.
///
/// OpenMP's threads spin for some milliseconds before they sleep, because waking takes longer than many operations of a
/// small network. On processors that other programs use as well, such as a second training, a thread that spins takes
/// the time that the thread it waits for needs: two trainings on all processors then have half of the speed of one, or
/// a hundredth of it. The change affects times alone, never results. OMP_WAIT_POLICY and GOMP_SPINCOUNT decide instead
/// if they are set.
class LoadWatch {
 public:
  /// The process's watch. Call it on a thread that has the engine's name: threads of this name are watched.
  static std::shared_ptr<LoadWatch> acquire();

  ~LoadWatch();
  LoadWatch(const LoadWatch&) = delete;
  LoadWatch& operator=(const LoadWatch&) = delete;

  /// While one of these exists, threads are watched.
  class Work {
   public:
    explicit Work(LoadWatch& watch);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    LoadWatch& watch_;
  };

 private:
  LoadWatch();
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  int works_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace layer_rotation
