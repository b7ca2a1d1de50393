#include "layers_object.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/tensor.h>

#include <chrono>
#include <memory>

#include "../engine/threads.h"
#include "../error.h"
#include "../optimizer/optimizer.h"
#include "../rotation/monitor.h"
#include "../rotation/triad.h"
#include "environment.h"
#include "optimizer_arguments.h"
#include "reject.h"
#include "results.h"
#include "spec_arguments.h"

namespace layer_rotation {
namespace {

using Arrays = std::vector<std::vector<float>>;

Arrays read_arrays(const Argument& argument) {
  Arrays arrays;
  for (const Argument& array : argument.elements()) arrays.push_back(array.float32_array());
  return arrays;
}

/// Nothing stops them.
constexpr int64_t kMostRepeats = 1'000'000;

struct LayersOptions {
  OptimizerSpec optimizer;
  std::vector<ParameterSettings> parameters;  ///< one a layer
  std::vector<int64_t> row_sizes;             ///< weights of a neuron, one a layer
  bool prefer_aten;
  int threads;
};

/// Tensors [neurons][weights of a neuron] that start as copies of `arrays`, able to hold gradients.
std::vector<at::Tensor> to_tensors(const Arrays& arrays, const std::vector<int64_t>& row_sizes) {
  std::vector<at::Tensor> tensors;
  for (size_t i = 0; i < arrays.size(); ++i) {
    tensors.push_back(at::tensor(at::ArrayRef<float>(arrays[i])).reshape({-1, row_sizes[i]}));
  }
  return tensors;
}

std::vector<OptimizedParameter> optimized(const std::vector<at::Tensor>& weights,
                                          const std::vector<ParameterSettings>& settings) {
  std::vector<OptimizedParameter> parameters;
  for (size_t i = 0; i < weights.size(); ++i) parameters.push_back({weights[i], i, true, settings[i]});
  return parameters;
}

/// Layers without a network: weights, gradients and an update rule.
class StandaloneLayers {
 public:
  StandaloneLayers(const Arrays& weights, const LayersOptions& options)
      : threads_(options.threads),
        weights_(to_tensors(weights, options.row_sizes)),
        layers_(weights_, options.prefer_aten),
        optimizer_(options.optimizer, layers_, optimized(weights_, options.parameters)) {
    if (weights_.empty()) throw Error("INVALID_CONFIG", "weights: expected at least one layer");
    for (at::Tensor& weight : weights_) weight.mutable_grad() = at::zeros_like(weight);
  }

  size_t size() const { return weights_.size(); }

  std::vector<double> rotation() const {
    use_threads(threads_);
    return rotation::measure_rotation(layers_, layers_.initial());
  }

  LayerRecords step(const Arrays& gradients, const std::vector<double>& rates) {
    check_sizes("gradients", gradients);
    if (rates.size() != weights_.size()) throw Error("INVALID_CONFIG", "rates: expected one rate a layer");
    for (size_t i = 0; i < weights_.size(); ++i) {
      weights_[i].mutable_grad().copy_(at::tensor(at::ArrayRef<float>(gradients[i])).reshape(weights_[i].sizes()));
    }
    use_threads(threads_);
    LayerRecords records;
    records.steps = {0};
    records.layers.resize(weights_.size());
    optimizer_.step(rates.data(), records.layers.data());
    return records;
  }

  std::vector<NamedTensor> weights() const {
    std::vector<NamedTensor> tensors;
    for (size_t i = 0; i < weights_.size(); ++i) {
      const float* values = weights_[i].const_data_ptr<float>();
      tensors.push_back({std::to_string(i), weights_[i].sizes().vec(), {values, values + weights_[i].numel()}});
    }
    return tensors;
  }

  void set_weights(const Arrays& weights) {
    check_sizes("weights", weights);
    for (size_t i = 0; i < weights_.size(); ++i) {
      weights_[i].copy_(at::tensor(at::ArrayRef<float>(weights[i])).reshape(weights_[i].sizes()));
    }
  }

  /// Nanoseconds of each of `repeats` runs of 'monitor', 'step' (with the gradients of the last step) or 'triad'.
  std::vector<double> time(const std::string& kernel, int64_t repeats) {
    use_threads(threads_);
    const std::vector<double> rates(weights_.size(), 1e-3);
    std::vector<at::Tensor> targets;
    if (kernel == "triad") {
      for (const at::Tensor& weight : weights_) targets.push_back(at::empty_like(weight));
    }
    const auto run = [&] {
      if (kernel == "monitor") {
        rotation::measure_displacement(layers_, layers_.initial());
        return;
      }
      if (kernel == "step") return optimizer_.step(rates.data(), nullptr);
      for (size_t i = 0; i < weights_.size(); ++i) {
        rotation::triad(targets[i], layers_.weight(i), layers_.initial().weight(i), 0.5f);
      }
    };
    std::vector<double> nanoseconds;
    for (int64_t i = 0; i < repeats; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      run();
      nanoseconds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count());
    }
    return nanoseconds;
  }

 private:
  void check_sizes(const char* name, const Arrays& arrays) const {
    bool fits = arrays.size() == weights_.size();
    for (size_t i = 0; fits && i < arrays.size(); ++i) {
      fits = static_cast<int64_t>(arrays[i].size()) == weights_[i].numel();
    }
    if (!fits) throw Error("INVALID_CONFIG", std::string(name) + ": expected one array a layer, of the layer's size");
  }

  int threads_;
  std::vector<at::Tensor> weights_;
  rotation::Layers layers_;
  Optimizer optimizer_;
};

class LayersObject : public Napi::ObjectWrap<LayersObject> {
 public:
  static Napi::Value create(Napi::Env env, std::shared_ptr<StandaloneLayers> layers) {
    const Napi::Function constructor = DefineClass(
        env, "Layers",
        {InstanceMethod<&LayersObject::rotation>("rotation"), InstanceMethod<&LayersObject::step>("step"),
         InstanceMethod<&LayersObject::weights>("weights"), InstanceMethod<&LayersObject::set_weights>("setWeights"),
         InstanceMethod<&LayersObject::time>("time")});
    return constructor.New({Napi::External<std::shared_ptr<StandaloneLayers>>::New(env, &layers)});
  }

  explicit LayersObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<LayersObject>(info),
        layers_(*info[0].As<Napi::External<std::shared_ptr<StandaloneLayers>>>().Data()),
        environment_(Environment::of(info.Env())) {}

 private:
  Napi::Value rotation(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      return environment_->run(
          info.Env(), [layers = layers_] { return layers->rotation(); },
          [](Napi::Env env, const std::vector<double>& rotation) { return to_float64_array(env, rotation); });
    });
  }

  Napi::Value step(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      auto gradients = std::make_shared<Arrays>(read_arrays({info[0], "gradients"}));
      auto rates = Argument(info[1], "rates").float64_array();
      return environment_->run(
          info.Env(), [layers = layers_, gradients, rates] { return layers->step(*gradients, rates); },
          [](Napi::Env env, const LayerRecords& records) { return to_javascript(env, records, RecordRequest()); });
    });
  }

  Napi::Value weights(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      return environment_->run(
          info.Env(), [layers = layers_] { return layers->weights(); },
          [](Napi::Env env, std::vector<NamedTensor> tensors) { return to_javascript(env, std::move(tensors)); });
    });
  }

  Napi::Value set_weights(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      auto weights = std::make_shared<Arrays>(read_arrays({info[0], "weights"}));
      return environment_->run(
          info.Env(),
          [layers = layers_, weights] {
            layers->set_weights(*weights);
            return true;
          },
          [](Napi::Env env, bool) { return env.Undefined(); });
    });
  }

  Napi::Value time(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      const Argument kernel(info[0], "kernel");
      const std::string name = kernel.string();
      if (name != "monitor" && name != "step" && name != "triad") kernel.fail("monitor, step or triad");
      const int64_t repeats = Argument(info[1], "repeats").integer(1, kMostRepeats);
      return environment_->run(
          info.Env(), [layers = layers_, name, repeats] { return layers->time(name, repeats); },
          [](Napi::Env env, const std::vector<double>& nanoseconds) { return to_float64_array(env, nanoseconds); });
    });
  }

  std::shared_ptr<StandaloneLayers> layers_;
  std::shared_ptr<Environment> environment_;
};

std::vector<ParameterSettings> read_settings(const Argument& given, size_t layers) {
  if (given.is_nullish()) return std::vector<ParameterSettings>(layers);
  std::vector<ParameterSettings> settings;
  for (const Argument& one : given.elements()) settings.push_back(read_parameter_settings(one));
  if (settings.size() != layers) {
    throw Error("INVALID_CONFIG", given.path() + ": expected " + std::to_string(layers) +
                                      " elements, one a layer, found " + std::to_string(settings.size()));
  }
  return settings;
}

/// The size of each layer where nothing else is given.
std::vector<int64_t> read_row_sizes(const Argument& given, const Arrays& weights) {
  std::vector<int64_t> sizes;
  if (given.is_nullish()) {
    for (const auto& layer : weights) sizes.push_back(static_cast<int64_t>(layer.size()));
    return sizes;
  }
  for (const Argument& size : given.elements()) sizes.push_back(size.integer(1));
  bool fits = sizes.size() == weights.size();
  for (size_t i = 0; fits && i < sizes.size(); ++i) fits = static_cast<int64_t>(weights[i].size()) % sizes[i] == 0;
  if (!fits) throw Error("INVALID_CONFIG", given.path() + ": expected for each layer a divisor of its size");
  return sizes;
}

}  // namespace

Napi::Value create_layers(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    auto weights = std::make_shared<Arrays>(read_arrays({info[0], "weights"}));
    for (size_t i = 0; i < weights->size(); ++i) {
      // A buffer that was transferred is empty, too.
      if ((*weights)[i].empty()) {
        throw Error("INVALID_CONFIG", "weights." + std::to_string(i) + ": expected at least one number, found none");
      }
    }
    const Argument options(info[1], "options");
    const LayersOptions read{read_optimizer(options["optimizer"]),
                             read_settings(options["parameters"], weights->size()),
                             read_row_sizes(options["rowSizes"], *weights), options["preferAten"].boolean(),
                             static_cast<int>(options["threads"].integer(0, 4096))};
    return Environment::of(info.Env())
        ->run(
            info.Env(), [=] { return std::make_shared<StandaloneLayers>(*weights, read); },
            [](Napi::Env env, std::shared_ptr<StandaloneLayers> layers) {
              return LayersObject::create(env, std::move(layers));
            });
  });
}

}  // namespace layer_rotation
