#include <napi.h>

#include "bridge/environment.h"
#include "bridge/exports.h"
#include "bridge/failure.h"
#include "bridge/libtorch_check.h"

namespace {

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  using namespace layer_rotation;
  if (const std::string mismatch = libtorch_mismatch(); !mismatch.empty()) {
    throw Failure{"LIBTORCH_MISMATCH", mismatch}.to_javascript(env);
  }
  Environment::create(env);
  exports["info"] = Napi::Function::New<info>(env, "info");
  exports["limitMemory"] = Napi::Function::New<limit_memory>(env, "limitMemory");
  exports["createProcessGroup"] = Napi::Function::New<create_process_group>(env, "createProcessGroup");
  exports["createTrainer"] = Napi::Function::New<create_trainer>(env, "createTrainer");
  exports["createLayers"] = Napi::Function::New<create_layers>(env, "createLayers");
  exports["compareCheckpoints"] = Napi::Function::New<compare_checkpoints>(env, "compareCheckpoints");
  exports["comparePrecisions"] = Napi::Function::New<compare_precisions>(env, "comparePrecisions");
  return exports;
}

}  // namespace

NODE_API_MODULE(layer_rotation, initialize)
