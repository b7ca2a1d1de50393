#include "network.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "../device/device_failure.h"
#include "../error.h"
#include "cpu/matrix_product.h"
#include "cpu/pixel_dense.h"
#include "layers/flatten.h"

namespace layer_rotation {
namespace {

bool is_flatten(const std::shared_ptr<Module>& module) { return dynamic_cast<Flatten*>(module.get()) != nullptr; }

/// Takes the dense layer that gets the pixels, and the flattens before it, off the front of the sequence. Returns null
/// if the first layer is of another type.
std::shared_ptr<Dense> take_first_dense(Sequence& sequence) {
  auto& modules = sequence.modules;
  const auto first = std::find_if_not(modules.begin(), modules.end(), is_flatten);
  auto dense = first == modules.end() ? nullptr : std::dynamic_pointer_cast<Dense>(*first);
  if (dense) modules.erase(modules.begin(), first + 1);
  return dense;
}

std::vector<BatchNorm*> batch_norms(const NetworkParts& parts) {
  std::vector<BatchNorm*> norms;
  for (const auto& [name, module] : parts.modules) {
    if (auto* norm = dynamic_cast<BatchNorm*>(module.get())) norms.push_back(norm);
  }
  return norms;
}

const std::string& name_of(const Module* module, const NetworkParts& parts) {
  const auto has_it = [&](const NamedModule& named) { return named.module.get() == module; };
  return std::find_if(parts.modules.begin(), parts.modules.end(), has_it)->name;
}

/// The name of a module's tensor in state_dict.
std::string full_name(const std::string& module, const std::string& tensor) {
  return module.empty() ? tensor : module + "." + tensor;
}

void check_end(const NetworkParts& parts, const std::vector<LayerSpec>& layers, const Shape& shape,
               const ExampleSpec& examples) {
  if (parts.layers.empty()) throw Error("INVALID_CONFIG", "layers: expected a convolution or a dense layer among them");
  if (shape != examples.logits()) {
    throw Error("INVALID_CONFIG", "layer " + layers.back().name + ": the network ends in shape " + show(shape) +
                                      ", but the data has " + std::to_string(examples.classes) + " classes; expected " +
                                      show(examples.logits()));
  }
}

void check_beginning(const Module& first, const std::string& name, const ExampleSpec& examples) {
  if (first.takes_tokens() == examples.are_tokens) return;
  const auto kind = [](bool are_tokens) { return are_tokens ? "token ids" : "numbers"; };
  throw Error("INVALID_CONFIG", "layer " + name + ": it takes " + kind(first.takes_tokens()) + ", but the data gives " +
                                    kind(examples.are_tokens));
}

}  // namespace

Network::Network(const std::vector<LayerSpec>& layers, const ExampleSpec& examples, const Normalization& normalization,
                 const ComputeSpec& compute, at::Device device, at::Generator initial, const StepContext& step)
    : normalization_(normalization), compute_(compute) {
  if (examples.shape.empty()) throw Error("INVALID_CONFIG", "inputShape: expected at least one dimension");
  Shape shape = examples.shape;
  Builder builder(compute, device, std::move(initial), step);
  modules_ = builder.build(layers, shape);
  parts_ = builder.parts();
  check_end(parts_, layers, shape, examples);
  check_beginning(*modules_.modules.front(), layers.front().name, examples);
  for (const auto& [name, module] : parts_.modules) {
    for (const ProductParameter& one : module->product_parameters()) {
      if (one.shadow().defined()) shadows_.emplace(one.parameter().unsafeGetTensorImpl(), one.shadow());
    }
  }
  if (compute.backend == Backend::kBlock) running_statistics_ = RunningStatistics(batch_norms(parts_), *step.epoch);
  // A flatten at the front would only undo another memory format.
  const bool spatial = examples.shape.size() == 3 && !is_flatten(modules_.modules.front());
  input_format_ = spatial ? compute.memory_format : at::MemoryFormat::Contiguous;
  const bool fast_pixels = compute.backend == Backend::kCpu && compute.precision == at::kFloat &&
                           !examples.are_floats && normalization.scalar() && has_fast_bf16_products();
  if (fast_pixels) pixel_dense_ = take_first_dense(modules_);
}

at::Tensor Network::forward(const NetworkInput& input) { return forward_normalized(first(input)).to(at::kFloat); }

at::Tensor Network::forward_normalized(const at::Tensor& examples) {
  const at::Tensor logits = modules_.forward(examples);
  move_running_statistics(examples.size(0));
  return logits;
}

void Network::backward(const at::Tensor& logits, const at::Tensor& gradient) const {
  try {
    logits.backward(gradient);
  } catch (const c10::Error& error) {
    const auto is_from_file = [](const NamedModule& named) { return !named.module->file().empty(); };
    const auto found = std::find_if(parts_.modules.begin(), parts_.modules.end(), is_from_file);
    if (found == parts_.modules.end() || is_device_failure(error)) throw;
    throw Error("INVALID_FILE", found->module->file() + ": the training graph has no gradient: " +
                                    first_line(error.what_without_backtrace()));
  }
}

void Network::move_running_statistics(int64_t examples) const {
  if (training_) running_statistics_.move(examples);
}

at::Tensor Network::first(const NetworkInput& input) const {
  const at::Tensor& examples = input.examples;
  if (examples.scalar_type() == at::kLong) return examples;
  if (input.normalized) return pixel_dense_ ? pixel_dense_->forward(examples.flatten(1)) : examples;
  if (!pixel_dense_) return normalization_(examples, compute_.precision, input_format_);
  return pixel_dense(examples.flatten(1), normalization_, pixel_dense_->weight, pixel_dense_->bias);
}

std::string Network::not_finite_output(const NetworkInput& input) {
  const std::string name = first_not_finite(input);
  move_running_statistics(input.examples.size(0));
  return name;
}

std::string Network::first_not_finite(const NetworkInput& input) {
  const auto is_finite = [](const at::Tensor& x) { return at::isfinite(x).all().item<bool>(); };
  at::Tensor x = first(input);
  if (pixel_dense_ && !is_finite(x)) return name_of(pixel_dense_.get(), parts_);
  for (const auto& module : modules_.modules) {
    x = module->forward(x);
    if (!is_finite(x)) return name_of(module.get(), parts_);
  }
  return "";
}

void Network::train(bool on) {
  training_ = on;
  for (const auto& [name, module] : parts_.modules) module->train(on);
}

void Network::prepare_step(int64_t step) {
  for (const auto& [name, module] : parts_.modules) module->prepare_step(step);
}

std::vector<NamedState> Network::state() const {
  std::vector<NamedState> state;
  for (const auto& [name, module] : parts_.modules) {
    for (const auto& item : module->named_parameters()) state.emplace_back(full_name(name, item.key()), item.value());
    for (const auto& item : module->named_buffers()) state.emplace_back(full_name(name, item.key()), item.value());
  }
  return state;
}

std::vector<NamedState> Network::buffers() const {
  std::vector<NamedState> buffers;
  for (const auto& [name, module] : parts_.modules) {
    for (const auto& item : module->named_buffers()) buffers.emplace_back(full_name(name, item.key()), item.value());
  }
  return buffers;
}

std::vector<at::Tensor> Network::parameters() const {
  std::vector<at::Tensor> parameters;
  for (const auto& [name, module] : parts_.modules) {
    for (const at::Tensor& parameter : module->parameters()) parameters.push_back(parameter);
  }
  return parameters;
}

at::Tensor Network::shadow(const at::Tensor& parameter) const {
  const auto found = shadows_.find(parameter.unsafeGetTensorImpl());
  return found == shadows_.end() ? at::Tensor() : found->second;
}

at::Tensor Network::gradient(const at::Tensor& parameter) const {
  const at::Tensor shadow = this->shadow(parameter);
  return shadow.defined() ? shadow.grad() : parameter.grad();
}

void Network::zero_grad() {
  for (at::Tensor& parameter : parameters()) parameter.mutable_grad().reset();
  for (auto& [parameter, shadow] : shadows_) shadow.mutable_grad().reset();
}

void Network::refresh_shadows() {
  c10::NoGradGuard no_grad;
  for (const at::Tensor& parameter : parameters()) {
    if (const at::Tensor shadow = this->shadow(parameter); shadow.defined()) shadow.copy_(parameter);
  }
}

}  // namespace layer_rotation
