#pragma once

#include <napi.h>

namespace layer_rotation {

/// createTrainer(spec) of src/native/contract.ts.
Napi::Value create_trainer(const Napi::CallbackInfo& info);

}  // namespace layer_rotation
