#pragma once

#include <string>
#include <vector>

#include "../model/network.h"

namespace layer_rotation {

/// The places of a network that hold a NaN or an infinity.
struct NotFinite {
  std::vector<std::string> tensors;  ///< parameters and buffers, in forward order
  std::string output;  ///< the first layer whose output does; empty if none does or `tensors` are not empty
};

/// The names of the tensors that hold a NaN or an infinity. One pass over them.
std::vector<std::string> not_finite(const std::vector<NamedState>& tensors);

}  // namespace layer_rotation
