#pragma once

#include <array>

#include "block_kernel.h"

namespace layer_rotation::kernel {

/// A warp of a block kernel, whose lanes share a piece of work. Every function is called with the number of a lane, 0 …
/// kLanes-1. On a CUDA device each thread calls it for its own lane; on the host the thread of the first lane calls it
/// for one lane after another, and the others have nothing to do. Totals are added in the same order on both.
class Warp {
 public:
  static constexpr int kLanes = kWarp;

  LAYER_ROTATION_HOST_DEVICE explicit Warp(int thread) : index_(thread / kWarp), lane_(thread % kWarp) {}

  /// The place of the warp in its block.
  LAYER_ROTATION_HOST_DEVICE int index() const { return index_; }
  LAYER_ROTATION_HOST_DEVICE bool is_first_lane() const { return lane_ == 0; }
  /// True for a thread of which another does the work.
  LAYER_ROTATION_HOST_DEVICE bool is_idle() const {
#ifdef __CUDA_ARCH__
    return false;
#else
    return lane_ != 0;
#endif
  }

  template <class F>
  LAYER_ROTATION_HOST_DEVICE void for_each_lane(F f) const {
#ifdef __CUDA_ARCH__
    f(lane_);
#else
    for (int lane = 0; lane < kLanes; ++lane) f(lane);
#endif
  }

  /// The sum of the lanes' values, in every lane.
  template <class F>
  LAYER_ROTATION_HOST_DEVICE auto sum(F f) const {
    return combined(f, [](auto one, auto other) { return one + other; });
  }

  /// The largest of the lanes' values, in every lane.
  template <class F>
  LAYER_ROTATION_HOST_DEVICE auto largest(F f) const {
    return combined(f, [](auto one, auto other) { return other > one ? other : one; });
  }

 private:
  template <class F, class Combine>
  LAYER_ROTATION_HOST_DEVICE auto combined(F f, Combine combine) const {
#ifdef __CUDA_ARCH__
    auto value = f(lane_);
    for (int offset = kLanes / 2; offset > 0; offset /= 2) {
      value = combine(value, __shfl_xor_sync(0xffffffffu, value, offset));
    }
    return value;
#else
    std::array<decltype(f(0)), kLanes> values;
    for (int lane = 0; lane < kLanes; ++lane) values[static_cast<size_t>(lane)] = f(lane);
    for (size_t offset = kLanes / 2; offset > 0; offset /= 2) {
      for (size_t lane = 0; lane < offset; ++lane) values[lane] = combine(values[lane], values[lane + offset]);
    }
    return values[0];
#endif
  }

  int index_;
  int lane_;
};

}  // namespace layer_rotation::kernel
