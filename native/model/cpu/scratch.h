#pragma once

#include <cstdint>
#include <memory>

namespace layer_rotation {

/// Memory for intermediate numbers of a kernel, not initialised.
template <class Number>
std::unique_ptr<Number[]> scratch(int64_t size) {
  return std::make_unique_for_overwrite<Number[]>(size);
}

}  // namespace layer_rotation
