#pragma once

#include <napi.h>

namespace layer_rotation {

/// createLayers(weights, options) of src/native/contract.ts.
Napi::Value create_layers(const Napi::CallbackInfo& info);

}  // namespace layer_rotation
