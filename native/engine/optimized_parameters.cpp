#include "optimized_parameters.h"

#include <ATen/TensorOperators.h>

#include <string>
#include <unordered_map>
#include <utility>

#include "../error.h"

namespace layer_rotation {
namespace {

struct Place {
  size_t layer;
  bool is_weight;
};

/// The layer that each parameter belongs to.
std::unordered_map<at::TensorImpl*, Place> places_of(const Network& network) {
  std::unordered_map<at::TensorImpl*, Place> places;
  for (size_t i = 0; i < network.layers().size(); ++i) {
    places[network.layers()[i].weight.unsafeGetTensorImpl()] = {i, true};
  }
  for (const OtherParameter& other : network.other_parameters()) {
    places[other.parameter.unsafeGetTensorImpl()] = {other.layer, false};
  }
  return places;
}

[[noreturn]] void refuse(const std::string& name, const char* problem) {
  throw Error("INVALID_CONFIG", "parameters: " + name + problem);
}

}  // namespace

std::vector<OptimizedParameter> optimized_parameters(const Network& network,
                                                     const std::vector<NamedParameterSettings>& settings) {
  std::unordered_map<std::string, ParameterSettings> left;
  for (const NamedParameterSettings& parameter : settings) left.emplace(parameter.name, parameter.settings);
  const auto places = places_of(network);
  std::vector<OptimizedParameter> parameters;
  for (const auto& [name, tensor] : network.state()) {
    const auto place = places.find(tensor.unsafeGetTensorImpl());
    if (place == places.end()) continue;  // a buffer
    const auto found = left.find(name);
    if (found == left.end()) refuse(name, " has no settings; expected settings for every parameter of the model");
    tensor.requires_grad_(found->second.trained);
    const at::Tensor shadow = network.shadow(tensor);
    if (shadow.defined()) shadow.requires_grad_(found->second.trained);
    parameters.push_back({tensor, place->second.layer, place->second.is_weight, found->second, shadow});
    left.erase(found);
  }
  if (!left.empty()) refuse(left.begin()->first, " is not a parameter of the model");
  return parameters;
}

}  // namespace layer_rotation
