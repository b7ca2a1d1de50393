#pragma once

#include <napi.h>

#include <vector>

#include "../engine/trainer.h"
#include "../testing/probe.h"

namespace layer_rotation {

Napi::Float64Array to_float64_array(Napi::Env env, const std::vector<double>& values);
/// NamedTensor[] of src/native/contract.ts; the values move into the arrays without a copy.
Napi::Value to_javascript(Napi::Env env, std::vector<NamedTensor> tensors);
/// TrainingState of src/native/contract.ts.
Napi::Object to_javascript(Napi::Env env, TrainingState state);
/// EpochResult of src/native/contract.ts.
Napi::Value to_javascript(Napi::Env env, const EpochResult& result, const RecordRequest& request);
/// Evaluation of src/native/contract.ts.
Napi::Object to_javascript(Napi::Env env, const EpochSums::Means& means);
/// Predictions of src/native/contract.ts.
Napi::Object to_javascript(Napi::Env env, Predictions predictions);
/// ProbeResult of src/native/contract.ts.
Napi::Object to_javascript(Napi::Env env, ProbeResult result);
/// NotFinite of src/native/contract.ts.
Napi::Object to_javascript(Napi::Env env, const NotFinite& found);
/// LayerRecords of src/native/contract.ts: one array for each of kRecordedQuantities.
Napi::Object to_javascript(Napi::Env env, const LayerRecords& records, const RecordRequest& request);

}  // namespace layer_rotation
