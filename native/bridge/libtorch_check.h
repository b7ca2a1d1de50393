#pragma once

#include <string>

namespace layer_rotation {

/// The version of the LibTorch that this addon was compiled against, such as "2.13.0".
std::string built_libtorch_version();

/// The version of the LibTorch that the dynamic loader chose.
std::string loaded_libtorch_version();

/// Returns an empty text if every LibTorch library in this process comes from the folder and has the version that the
/// addon was built against; otherwise a sentence that says which does not, and what to do. Call it before LibTorch is
/// used: two versions in one process crash later, somewhere else.
std::string libtorch_mismatch();

}  // namespace layer_rotation
