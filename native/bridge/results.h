#pragma once

#include <napi.h>

#include <vector>

#include "../engine/trainer.h"

namespace layer_rotation {

Napi::Float64Array to_float64_array(Napi::Env env, const std::vector<double>& values);
/// NamedTensor[] of src/native.ts; the values move into the arrays without a copy.
Napi::Value to_javascript(Napi::Env env, std::vector<NamedTensor> tensors);
/// EpochResult of src/native.ts.
Napi::Value to_javascript(Napi::Env env, const EpochResult& result, bool recorded);
/// What NativeTrainer.evaluate() of src/native.ts returns.
Napi::Object to_javascript(Napi::Env env, const EpochSums::Means& means);
/// ProbeResult of src/native.ts.
Napi::Object to_javascript(Napi::Env env, ProbeResult result);
/// EpochResult.stepRecords: one array [steps][layers] a quantity.
Napi::Object to_javascript(Napi::Env env, const std::vector<rotation::StepRecord>& records);

}  // namespace layer_rotation
