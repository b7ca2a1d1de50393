#include "process_end.h"

#include <cstdlib>

namespace layer_rotation {
namespace {

/// By then everything has been needed once.
constexpr int kMostRenewals = 64;

std::atomic<void (*)()> end_of_work = nullptr;
std::atomic<int> renewals = 0;

void end() {
  if (const auto end = end_of_work.load()) end();
}

}  // namespace

void end_work_at_exit(void (*end)()) {
  end_of_work = end;
  renew_end_of_work();
}

void renew_end_of_work() {
  // Asked in every step: once all are made, nothing is written any more.
  if (process_is_ending || renewals >= kMostRenewals) return;
  if (renewals++ < kMostRenewals) std::atexit(&end);
}

}  // namespace layer_rotation
