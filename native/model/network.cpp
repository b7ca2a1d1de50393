#include "network.h"

#include <numeric>

#include "../error.h"
#include "activation.h"
#include "batch_norm.h"
#include "dense.h"

namespace layer_rotation {
namespace {

/// Builds one module and tracks the shape of one example through the network.
struct Builder {
  const std::string& name;
  std::vector<int64_t>& shape;
  const at::Generator& initial;
  const at::Generator& dropout;

  std::shared_ptr<Module> operator()(const FlattenSpec&) const {
    shape = {std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>())};
    return std::make_shared<Flatten>();
  }
  std::shared_ptr<Module> operator()(const DenseSpec& spec) const {
    if (shape.size() != 1) {
      throw Error("INVALID_CONFIG", "layer " + name + ": a dense layer takes a vector, but its input has " +
                                        std::to_string(shape.size()) + " dimensions; put a flatten layer before it");
    }
    auto module = std::make_shared<Dense>(spec, shape[0], initial);
    shape = {spec.units};
    return module;
  }
  std::shared_ptr<Module> operator()(const BatchNormSpec& spec) const {
    return std::make_shared<BatchNorm>(spec, shape[0]);
  }
  std::shared_ptr<Module> operator()(const ReluSpec&) const { return std::make_shared<Relu>(); }
  std::shared_ptr<Module> operator()(const DropoutSpec& spec) const { return std::make_shared<Dropout>(spec, dropout); }
};

}  // namespace

Network::Network(const std::vector<LayerSpec>& layers, const std::vector<int64_t>& input_shape, at::Device device,
                 at::Generator initial, at::Generator dropout) {
  std::vector<int64_t> shape = input_shape;
  for (const LayerSpec& layer : layers) {
    auto module = std::visit(Builder{layer.name, shape, initial, dropout}, layer.spec);
    module->to(device);
    if (const auto* dense = dynamic_cast<const Dense*>(module.get())) layers_.push_back({layer.name, dense->weight});
    for (const at::Tensor& parameter : module->parameters(/*recurse=*/false)) {
      const bool monitored = !layers_.empty() && parameter.is_same(layers_.back().weight);
      if (!monitored) other_parameters_.push_back({parameter, layers_.empty() ? 0 : layers_.size() - 1});
    }
    register_module(layer.name, module);
    modules_.push_back(std::move(module));
  }
}

at::Tensor Network::forward(const at::Tensor& images) {
  at::Tensor x = images;
  for (const auto& module : modules_) x = module->forward(x);
  return x;
}

}  // namespace layer_rotation
