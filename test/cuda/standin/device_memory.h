#pragma once

#include <cstddef>

namespace standin {

/// Returns whether `bytes` bytes lie inside one allocation of device memory. The work that this thread does uses these
/// bytes.
bool is_device_memory(const void* address, size_t bytes);

}  // namespace standin
