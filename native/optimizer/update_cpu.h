#pragma once

#include <memory>
#include <vector>

#include "update_backend.h"

namespace layer_rotation {

/// Our own kernels, with LibTorch's threads, in double but for rules with roots and quotients.
std::unique_ptr<UpdateBackend> make_cpu_backend(rules::Kind rule, const std::vector<Slot>& slots);

}  // namespace layer_rotation
