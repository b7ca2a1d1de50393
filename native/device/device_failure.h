#pragma once

#include <c10/util/Exception.h>

namespace layer_rotation {

/// LibTorch throws plain c10::Errors for two failures to allocate: its CPU allocator, whose message begins with a place
/// in its source, and libraries that allocate CUDA memory beside LibTorch. Their messages have these words.
constexpr auto kNoHostMemory = "can't allocate memory";
constexpr auto kNoLibraryMemory = "STATUS_ALLOC_FAILED";

/// Returns whether an error of LibTorch tells of the machine, a device that failed or memory that ran out, and not of
/// what was to be computed.
bool is_device_failure(const c10::Error& error);

}  // namespace layer_rotation
