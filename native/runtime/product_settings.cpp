#include "product_settings.h"

#include <ATen/Context.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace layer_rotation {
namespace {

struct Turns {
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t next = 0;     ///< the number that the next user draws
  uint64_t serving = 0;  ///< the number of the user that may begin next
  int64_t users = 0;
  std::pair<bool, bool> settings;  ///< TF32 and measurements, as the current users want them
};

/// Never destroyed: threads may still compute while the process ends.
Turns& turns() {
  static Turns& turns = *new Turns;
  return turns;
}

void set(bool tf32, bool cudnn_benchmark) {
  at::Context& context = at::globalContext();
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(cudnn_benchmark);
  context.setAllowTF32CuDNN(tf32);
  context.setAllowTF32CuBLAS(tf32);
}

}  // namespace

ProductSettings::ProductSettings(const ComputeSpec& compute) {
  Turns& all = turns();
  const std::pair<bool, bool> wanted(compute.tf32, compute.cudnn_benchmark);
  std::unique_lock lock(all.mutex);
  const uint64_t own = all.next++;
  all.changed.wait(lock, [&] { return all.serving == own && (all.users == 0 || all.settings == wanted); });
  if (all.users == 0) set(compute.tf32, compute.cudnn_benchmark);
  all.settings = wanted;
  ++all.users;
  ++all.serving;
  all.changed.notify_all();
}

ProductSettings::~ProductSettings() {
  Turns& all = turns();
  const std::lock_guard lock(all.mutex);
  --all.users;
  all.changed.notify_all();
}

}  // namespace layer_rotation
