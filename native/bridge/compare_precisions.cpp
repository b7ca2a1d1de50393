#include "../arguments/argument.h"
#include "../model/cpu/precision_speed.h"
#include "../runtime/threads.h"
#include "environment.h"
#include "exports.h"
#include "failure.h"

namespace layer_rotation {

Napi::Value compare_precisions(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    const int threads = static_cast<int>(Argument(info[0], "threads").integer(0, 4096));
    return Environment::of(info.Env())
        ->run(
            info.Env(),
            [threads] {
              use_threads(threads);
              return bf16_speed();
            },
            [](Napi::Env env, double speed) { return Napi::Number::New(env, speed); });
  });
}

}  // namespace layer_rotation
