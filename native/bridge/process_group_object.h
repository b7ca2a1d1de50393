#pragma once

#include <napi.h>

#include <memory>

#include "../processes/process_group.h"

namespace layer_rotation {

/// The group behind what createProcessGroup() returned; null for undefined. Throws Error INVALID_CONFIG for anything
/// else.
std::shared_ptr<ProcessGroup> read_process_group(const Napi::Value& value);

}  // namespace layer_rotation
