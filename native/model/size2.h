#pragma once

#include <array>
#include <cstdint>

namespace layer_rotation {

/// Rows and columns.
using Size2 = std::array<int64_t, 2>;

}  // namespace layer_rotation
