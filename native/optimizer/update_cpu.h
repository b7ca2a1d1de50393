#pragma once

#include <memory>
#include <vector>

#include "update_backend.h"

namespace layer_rotation {

/// Our own loops over SIMD lanes, on LibTorch's threads; in double, except for formulas with roots and quotients.
std::unique_ptr<UpdateBackend> make_cpu_backend(const std::vector<Slot>& slots);

}  // namespace layer_rotation
