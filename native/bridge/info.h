#pragma once

#include <napi.h>

namespace layer_rotation {

/// info() of src/native/contract.ts.
Napi::Value info(const Napi::CallbackInfo& info);

}  // namespace layer_rotation
