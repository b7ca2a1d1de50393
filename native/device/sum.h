#pragma once

#include <bit>
#include <type_traits>

#include "host_device.h"

namespace layer_rotation::kernel {

/// The numbers of a sum, which consists of doubles and nothing else.
template <class Sum>
struct Numbers {
  static_assert(std::is_trivially_copyable_v<Sum> && sizeof(Sum) % sizeof(double) == 0, "a sum consists of doubles");
  static constexpr int kCount = sizeof(Sum) / sizeof(double);
  double values[kCount];
};

/// Adds `other` to `to`, number by number.
template <class Sum>
LAYER_ROTATION_HOST_DEVICE inline Sum& add(Sum& to, const Sum& other) {
  auto numbers = std::bit_cast<Numbers<Sum>>(to);
  const auto more = std::bit_cast<Numbers<Sum>>(other);
  for (int i = 0; i < Numbers<Sum>::kCount; ++i) numbers.values[i] += more.values[i];
  return to = std::bit_cast<Sum>(numbers);
}

}  // namespace layer_rotation::kernel
