#pragma once

#include <memory>
#include <vector>

#include "update_backend.h"

namespace layer_rotation {

/// ATen operations in double, on any device. Waits for the device at each sum.
std::unique_ptr<UpdateBackend> make_aten_backend(const std::vector<Slot>& slots);

}  // namespace layer_rotation
