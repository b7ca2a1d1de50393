#pragma once

#include <cstdint>

#include "augmentation.h"
#include "plane_size.h"

namespace layer_rotation {

/// Copies an image [planes, height, width], shifted and mirrored as its placement says.
void place_image(const uint8_t* from, int64_t planes, PlaneSize size, const Placement& placement, uint8_t* to);

}  // namespace layer_rotation
