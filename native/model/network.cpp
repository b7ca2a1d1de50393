#include "network.h"

#include <algorithm>
#include <numeric>

#include "../error.h"
#include "activation.h"
#include "batch_norm.h"
#include "dense.h"
#include "pixel_dense.h"

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

bool is_flatten(const std::shared_ptr<Module>& module) { return dynamic_cast<Flatten*>(module.get()) != nullptr; }

}  // namespace

Network::Network(const std::vector<LayerSpec>& layers, const std::vector<int64_t>& input_shape, int64_t classes,
                 const Normalization& normalization, at::Device device, at::Generator initial, at::Generator dropout)
    : normalization_(normalization) {
  std::vector<int64_t> shape = input_shape;
  for (const LayerSpec& layer : layers) {
    auto* normalised = modules_.empty() ? nullptr : dynamic_cast<BatchNorm*>(modules_.back().get());
    if (normalised != nullptr && std::holds_alternative<ReluSpec>(layer.spec)) {
      normalised->fuse_relu();
      continue;
    }
    auto module = std::visit(Builder{layer.name, shape, initial, dropout}, layer.spec);
    module->to(device);
    register_module(layer.name, module);
    const auto dense = std::dynamic_pointer_cast<Dense>(module);
    if (dense) layers_.push_back({layer.name, dense->weight});
    for (const at::Tensor& parameter : module->parameters(/*recurse=*/false)) {
      const bool monitored = dense && parameter.is_same(dense->weight);
      if (!monitored) other_parameters_.push_back({parameter, layers_.empty() ? 0 : layers_.size() - 1});
    }
    const bool sees_pixels = std::all_of(modules_.begin(), modules_.end(), is_flatten);
    if (dense && !pixel_dense_ && sees_pixels && normalization.scalar() && device.is_cpu() &&
        has_fast_pixel_products()) {
      pixel_dense_ = dense;
      modules_.clear();
    } else {
      modules_.push_back(std::move(module));
    }
  }
  if (layers.empty() || shape != std::vector{classes}) {
    throw Error("INVALID_CONFIG", "layer " + (layers.empty() ? "?" : layers.back().name) +
                                      ": the network ends in shape " + c10::str(at::IntArrayRef(shape)) +
                                      ", but the data have " + std::to_string(classes) + " classes");
  }
}

at::Tensor Network::forward(const at::Tensor& pixels) {
  at::Tensor x = pixel_dense_ ? pixel_dense(pixels.flatten(1), normalization_, pixel_dense_->weight, pixel_dense_->bias)
                              : normalization_(pixels, at::kFloat, at::MemoryFormat::Contiguous);
  for (const auto& module : modules_) x = module->forward(x);
  return x;
}

}  // namespace layer_rotation
