#include "exports.h"

#include <memory>

#include "../error.h"
#include "../testing/standalone_layers.h"
#include "environment.h"
#include "failure.h"
#include "optimizer_arguments.h"
#include "results.h"
#include "spec_arguments.h"

namespace layer_rotation {
namespace {

using Arrays = StandaloneLayers::Arrays;

/// The state that the JavaScript object and the tasks on the engine's thread share. Only the engine uses the layers.
struct SharedLayers {
  std::unique_ptr<StandaloneLayers> layers;
  int64_t memory = 0;  ///< bytes
};

Arrays read_arrays(const Argument& argument) {
  Arrays arrays;
  for (const Argument& array : argument.elements()) arrays.push_back(array.float32_array());
  return arrays;
}

/// The most repeats of a measurement, which stop() cannot end.
constexpr int64_t kMostRepeats = 1'000'000;

class LayersObject : public Napi::ObjectWrap<LayersObject> {
 public:
  static Napi::Value create(Napi::Env env, std::shared_ptr<SharedLayers> shared) {
    const Napi::Function constructor =
        Environment::class_of(env, Environment::Class::kLayers, [env] { return define(env); });
    return constructor.New({Napi::External<std::shared_ptr<SharedLayers>>::New(env, &shared)});
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Layers",
        {InstanceMethod<&LayersObject::rotation>("rotation"), InstanceMethod<&LayersObject::step>("step"),
         InstanceMethod<&LayersObject::weights>("weights"), InstanceMethod<&LayersObject::set_weights>("setWeights"),
         InstanceMethod<&LayersObject::time>("time")});
  }

  explicit LayersObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<LayersObject>(info),
        shared_(*info[0].As<Napi::External<std::shared_ptr<SharedLayers>>>().Data()),
        environment_(Environment::of(info.Env())) {
    Napi::MemoryManagement::AdjustExternalMemory(info.Env(), shared_->memory);
  }

  void Finalize(Napi::Env env) override {
    Napi::MemoryManagement::AdjustExternalMemory(env, -shared_->memory);
    // The engine's thread, which made the tensors, frees them.
    environment_->post_if_running([shared = std::move(shared_)] {});
  }

 private:
  Napi::Value rotation(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      return environment_->run(
          info.Env(), [shared = shared_] { return shared->layers->rotation(); },
          [](Napi::Env env, const std::vector<double>& rotation) { return to_float64_array(env, rotation); });
    });
  }

  Napi::Value step(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      auto gradients = std::make_shared<Arrays>(read_arrays({info[0], "gradients"}));
      auto rates = Argument(info[1], "rates").float64_array();
      return environment_->run(
          info.Env(), [shared = shared_, gradients, rates] { return shared->layers->step(*gradients, rates); },
          [](Napi::Env env, const LayerRecords& records) { return to_javascript(env, records, RecordRequest()); });
    });
  }

  Napi::Value weights(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      return environment_->run(
          info.Env(), [shared = shared_] { return shared->layers->weights(); },
          [](Napi::Env env, std::vector<NamedTensor> tensors) { return to_javascript(env, std::move(tensors)); });
    });
  }

  Napi::Value set_weights(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      auto weights = std::make_shared<Arrays>(read_arrays({info[0], "weights"}));
      return environment_->run(
          info.Env(),
          [shared = shared_, weights] {
            shared->layers->set_weights(*weights);
            return true;
          },
          [](Napi::Env env, bool) { return env.Undefined(); });
    });
  }

  Napi::Value time(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      const Argument kernel(info[0], "kernel");
      const std::string name = kernel.string();
      if (name != "monitor" && name != "step" && name != "triad" && name != "copy") {
        kernel.fail("monitor, step, triad or copy");
      }
      const int64_t repeats = Argument(info[1], "repeats").integer(1, kMostRepeats);
      return environment_->run(
          info.Env(), [shared = shared_, name, repeats] { return shared->layers->time(name, repeats); },
          [](Napi::Env env, const std::vector<double>& nanoseconds) { return to_float64_array(env, nanoseconds); });
    });
  }

  std::shared_ptr<SharedLayers> shared_;
  std::shared_ptr<Environment> environment_;
};

std::vector<ParameterSettings> read_settings(const Argument& given, size_t layers) {
  if (given.is_nullish()) return std::vector<ParameterSettings>(layers);
  std::vector<ParameterSettings> settings;
  for (const Argument& one : given.elements()) settings.push_back(read_parameter_settings(one));
  if (settings.size() != layers) {
    throw Error("INVALID_CONFIG", given.path() + ": expected " + std::to_string(layers) +
                                      " elements, one per layer, found " + std::to_string(settings.size()));
  }
  return settings;
}

/// The weights of a neuron, one number per layer; by default the size of the layer.
std::vector<int64_t> read_row_sizes(const Argument& given, const Arrays& weights) {
  std::vector<int64_t> sizes;
  if (given.is_nullish()) {
    for (const auto& layer : weights) sizes.push_back(static_cast<int64_t>(layer.size()));
    return sizes;
  }
  for (const Argument& size : given.elements()) sizes.push_back(size.integer(1));
  bool fits = sizes.size() == weights.size();
  for (size_t i = 0; fits && i < sizes.size(); ++i) fits = static_cast<int64_t>(weights[i].size()) % sizes[i] == 0;
  if (!fits) throw Error("INVALID_CONFIG", given.path() + ": expected one number per layer, a divisor of its size");
  return sizes;
}

}  // namespace

Napi::Value create_layers(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    auto weights = std::make_shared<Arrays>(read_arrays({info[0], "weights"}));
    for (size_t i = 0; i < weights->size(); ++i) {
      // A transferred buffer is empty too.
      if ((*weights)[i].empty()) {
        throw Error("INVALID_CONFIG", "weights." + std::to_string(i) + ": expected at least one number, found none");
      }
    }
    const Argument options(info[1], "options");
    StandaloneSpec spec;
    if (!options["device"].is_nullish()) spec.device = options["device"].string();
    spec.optimizer = read_optimizer(options["optimizer"]);
    spec.optimizer.clipping = read_gradient_clipping(options["gradientClipping"]);
    spec.parameters = read_settings(options["parameters"], weights->size());
    spec.row_sizes = read_row_sizes(options["rowSizes"], *weights);
    spec.backend = read_backend_choice(options);
    spec.threads = static_cast<int>(options["threads"].integer(0, 4096));
    return Environment::of(info.Env())
        ->run(
            info.Env(),
            [=] {
              auto shared = std::make_shared<SharedLayers>();
              shared->layers = StandaloneLayers::create(*weights, spec);
              shared->memory = shared->layers->memory();
              return shared;
            },
            [](Napi::Env env, std::shared_ptr<SharedLayers> shared) {
              return LayersObject::create(env, std::move(shared));
            });
  });
}

}  // namespace layer_rotation
