#include "exports.h"

#include "../arguments/argument.h"
#include "../device/backend.h"
#include "../device/cpu_features.h"
#include "../runtime/cpu_memory.h"
#include "../runtime/device.h"
#include "../runtime/threads.h"
#include "environment.h"
#include "failure.h"
#include "libtorch_check.h"

namespace layer_rotation {

Napi::Value info(const Napi::CallbackInfo& info) {
  struct Info {
    bool cuda;
    bool cuda_kernels;
    std::vector<DeviceDescription> devices;
    int threads;
  };
  return reject_on_throw(info.Env(), [&] {
    return Environment::of(info.Env())
        ->run(
            info.Env(),
            [] {
              return Info{LAYER_ROTATION_CUDA, kHasCudaKernels, list_devices(), default_threads()};
            },
            [](Napi::Env env, const Info& info) {
              auto libtorch = Napi::Object::New(env);
              libtorch["built"] = built_libtorch_version();
              libtorch["loaded"] = loaded_libtorch_version();
              libtorch["folder"] = LAYER_ROTATION_LIBTORCH_FOLDER;
              libtorch["cuda"] = info.cuda;
              libtorch["cudaKernels"] = info.cuda_kernels;
              auto devices = Napi::Array::New(env, info.devices.size());
              for (uint32_t i = 0; i < info.devices.size(); ++i) {
                auto device = Napi::Object::New(env);
                device["name"] = info.devices[i].name;
                device["description"] = info.devices[i].description;
                if (info.devices[i].memory > 0) device["memory"] = static_cast<double>(info.devices[i].memory);
                devices[i] = device;
              }
              auto object = Napi::Object::New(env);
              object["libtorch"] = libtorch;
              object["devices"] = devices;
              object["threads"] = info.threads;
              object["bf16"] = has_amx_bf16() ? "amx" : has_avx512_bf16() ? "avx512" : "none";
              return object;
            });
  });
}

Napi::Value limit_memory(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    limit_cpu_memory(static_cast<size_t>(Argument(info[0], "bytes").integer(1)));
    const auto done = Napi::Promise::Deferred::New(info.Env());
    done.Resolve(info.Env().Undefined());
    return done.Promise();
  });
}

}  // namespace layer_rotation
