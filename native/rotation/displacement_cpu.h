#pragma once

#include <cstdint>

#include "monitor.h"

namespace layer_rotation::rotation {

/// The displacement of the weights [begin, end) from those of a reference.
Displacement displacement_cpu(const float* weight, const float* reference, int64_t begin, int64_t end);

}  // namespace layer_rotation::rotation
