#include "network_state.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "../error.h"

namespace layer_rotation {
namespace {

void check_complete(const Network& network, const std::vector<NamedTensor>& tensors) {
  std::unordered_set<std::string> given;
  for (const NamedTensor& tensor : tensors) given.insert(tensor.name);
  std::unordered_set<at::TensorImpl*> parameters;
  for (const at::Tensor& parameter : network.parameters()) parameters.insert(parameter.unsafeGetTensorImpl());
  for (const auto& [name, tensor] : network.state()) {
    if (parameters.contains(tensor.unsafeGetTensorImpl()) && !given.contains(name)) {
      throw Error("INVALID_CONFIG", "weights: " + name + " is missing; expected every parameter of the model");
    }
  }
}

void write(Network& network, const std::vector<NamedTensor>& tensors, bool skip_counters) {
  c10::NoGradGuard no_grad;
  std::unordered_map<std::string, at::Tensor> own;
  for (const auto& [name, tensor] : network.state()) own.emplace(name, tensor);
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;  // all checked before the first is written
  for (const NamedTensor& given : tensors) {
    if (skip_counters && given.name.ends_with(".num_batches_tracked")) continue;
    const auto found = own.find(given.name);
    if (found == own.end()) throw Error("INVALID_CONFIG", "weights: the model has no tensor named " + given.name);
    copies.emplace_back(found->second, checked_view(given, found->second, "weights"));
  }
  for (auto& [target, source] : copies) target.copy_(source);
  network.refresh_shadows();
}

}  // namespace

std::string name_of(const Network& network, const at::Tensor& own) {
  for (const auto& [name, tensor] : network.state()) {
    if (tensor.is_same(own)) return name;
  }
  return {};
}

std::vector<NamedTensor> export_state(const Network& network) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : network.state()) tensors.push_back(on_host(name, tensor));
  return tensors;
}

std::vector<NamedTensor> export_gradients(const Network& network) {
  std::vector<NamedTensor> gradients;
  for (const auto& [name, tensor] : network.state()) {
    const at::Tensor gradient = network.gradient(tensor);
    if (gradient.defined()) gradients.push_back(on_host(name, gradient));
  }
  return gradients;
}

void import_state(Network& network, const std::vector<NamedTensor>& tensors) {
  write(network, tensors, /*skip_counters=*/false);
}

void import_initial_state(Network& network, const std::vector<NamedTensor>& tensors) {
  check_complete(network, tensors);
  write(network, tensors, /*skip_counters=*/true);
}

at::Tensor weight_among(const std::vector<NamedTensor>& tensors, const Network& network, const at::Tensor& own) {
  const std::string name = name_of(network, own);
  const auto given =
      std::find_if(tensors.begin(), tensors.end(), [&](const NamedTensor& tensor) { return tensor.name == name; });
  if (given == tensors.end()) throw Error("INVALID_CONFIG", "weights: " + name + " is missing");
  return at::empty_like(own.detach()).copy_(checked_view(*given, own, "weights"));
}

}  // namespace layer_rotation
