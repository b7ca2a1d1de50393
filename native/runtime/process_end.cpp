#include "process_end.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

#include <cstdlib>

namespace layer_rotation {
namespace {

/// More than it takes until LibTorch has made all its static objects.
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
  // Every step calls this: after the last renewal it only reads.
  if (process_is_ending || renewals >= kMostRenewals) return;
  if (renewals++ < kMostRenewals) std::atexit(&end);
}

void make_static_objects() {
  const at::Tensor one = at::ones({1}).requires_grad_();
  (one * one).backward();
}

}  // namespace layer_rotation
