#pragma once

#include <napi.h>

namespace layer_rotation {

// The functions that the addon exports, as Addon of src/native/contract.ts declares them. Each returns a promise.
Napi::Value info(const Napi::CallbackInfo& info);
Napi::Value limit_memory(const Napi::CallbackInfo& info);
Napi::Value create_process_group(const Napi::CallbackInfo& info);
Napi::Value create_trainer(const Napi::CallbackInfo& info);
Napi::Value create_layers(const Napi::CallbackInfo& info);
Napi::Value compare_checkpoints(const Napi::CallbackInfo& info);
Napi::Value compare_precisions(const Napi::CallbackInfo& info);

}  // namespace layer_rotation
