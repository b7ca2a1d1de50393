#pragma once

#include <napi.h>

#include "../engine/training_state.h"
#include "argument.h"

namespace layer_rotation {

/// TrainingState of src/native.ts.
TrainingState read_training_state(const Argument& state);
Napi::Object to_javascript(Napi::Env env, TrainingState state);

}  // namespace layer_rotation
