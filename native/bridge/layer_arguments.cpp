#include "layer_arguments.h"

#include <array>
#include <cmath>
#include <utility>

namespace layer_rotation {
namespace {

/// Largest window, stride and padding: far above any of use, and sums of them stay far from overflow.
constexpr int64_t kLargestWindow = 1 << 16;
/// A caller may nest without end.
constexpr int kDeepestResidual = 8;
/// Lists that lie in each other more than once make millions of layers out of a few.
constexpr int kMostLayers = 1 << 16;

constexpr std::array<std::pair<const char*, Initializer>, 9> kInitializers{{
    {"glorotUniform", Initializer::kGlorotUniform},
    {"glorotNormal", Initializer::kGlorotNormal},
    {"heUniform", Initializer::kHeUniform},
    {"heNormal", Initializer::kHeNormal},
    {"lecunUniform", Initializer::kLecunUniform},
    {"lecunNormal", Initializer::kLecunNormal},
    {"zeros", Initializer::kZeros},
    {"pytorchDefault", Initializer::kPytorchDefault},
    {"orthogonal", Initializer::kOrthogonal},
}};

double read_finite(const Argument& argument) {
  const double value = argument.number();
  if (!std::isfinite(value)) argument.fail("a finite number");
  return value;
}

double read_epsilon(const Argument& argument) {
  const double value = read_finite(argument);
  if (value < 0) argument.fail("a number of at least 0");
  return value;
}

InitializerSpec read_initializer(const Argument& initializer) {
  const std::string type = initializer["type"].string();
  for (const auto& [name, value] : kInitializers) {
    if (type != name) continue;
    return {value, value == Initializer::kOrthogonal ? read_finite(initializer["gain"]) : 1};
  }
  initializer["type"].fail("an initializer");
}

InitializerSpec read_bias_initializer(const Argument& initializer) {
  const InitializerSpec spec = read_initializer(initializer);
  if (spec.type == Initializer::kOrthogonal) initializer["type"].fail("an initializer of vectors");
  return spec;
}

Size2 read_size2(const Argument& pair, int64_t low) {
  const std::vector<Argument> sizes = pair.elements();
  if (sizes.size() != 2) pair.fail("two sizes, rows and columns");
  return {sizes[0].integer(low, kLargestWindow), sizes[1].integer(low, kLargestWindow)};
}

WindowSpec read_window(const Argument& layer, const char* size) {
  WindowSpec window{read_size2(layer[size], 1), read_size2(layer["stride"], 1), /*same=*/false, {0, 0}};
  const Argument padding = layer["padding"];
  if (!padding.is_string()) {
    window.padding = read_size2(padding, 0);
  } else if (padding.string() == "same") {
    window.same = true;
  } else if (padding.string() != "valid") {
    padding.fail("valid, same or two sizes");
  }
  return window;
}

DropoutSpec read_dropout(const Argument& layer) {
  const double rate = layer["rate"].number();
  if (!(rate >= 0 && rate < 1)) layer["rate"].fail("a rate of at least 0 and below 1");
  return {rate};
}

BatchNormSpec read_batch_norm(const Argument& layer) {
  return {read_epsilon(layer["epsilon"]), read_finite(layer["momentum"]), layer["scale"].boolean(),
          layer["shift"].boolean(), layer["runningVariance"].one_of<bool>({{"biased", false}, {"unbiased", true}})};
}

/// @param left how many more layers may come
std::vector<LayerSpec> read_layers(const Argument& layers, int depth, int& left);

ResidualSpec read_residual(const Argument& layer, int depth, int& left) {
  if (depth == kDeepestResidual) layer.fail("residual layers nested at most " + std::to_string(depth) + " deep");
  auto layers = read_layers(layer["layers"], depth + 1, left);
  return {std::move(layers), read_layers(layer["shortcut"], depth + 1, left)};
}

LayerSpec read_layer(const Argument& layer, int depth, int& left) {
  const std::string name = layer["name"].string(), type = layer["type"].string();
  if (type == "conv") {
    return {name, ConvSpec{layer["filters"].integer(1), read_window(layer, "kernel"), layer["groups"].integer(1),
                           layer["bias"].boolean(), read_initializer(layer["init"]),
                           read_bias_initializer(layer["biasInit"])}};
  }
  if (type == "dense") {
    return {name, DenseSpec{layer["units"].integer(1), layer["bias"].boolean(), read_initializer(layer["init"]),
                            read_bias_initializer(layer["biasInit"])}};
  }
  if (type == "batchNorm") return {name, read_batch_norm(layer)};
  if (type == "layerNorm") {
    return {name, LayerNormSpec{read_epsilon(layer["epsilon"]), layer["scale"].boolean(), layer["shift"].boolean()}};
  }
  if (type == "groupNorm") {
    return {name, GroupNormSpec{layer["groups"].integer(1), read_epsilon(layer["epsilon"]), layer["scale"].boolean(),
                                layer["shift"].boolean()}};
  }
  if (type == "relu") return {name, ReluSpec{}};
  if (type == "leakyRelu") return {name, LeakyReluSpec{read_finite(layer["slope"])}};
  if (type == "gelu") return {name, GeluSpec{layer["approximation"].one_of<bool>({{"none", false}, {"tanh", true}})}};
  if (type == "maxPool") return {name, MaxPoolSpec{read_window(layer, "size")}};
  if (type == "averagePool") return {name, AveragePoolSpec{read_window(layer, "size")}};
  if (type == "globalAveragePool") return {name, GlobalAveragePoolSpec{}};
  if (type == "dropout") return {name, read_dropout(layer)};
  if (type == "flatten") return {name, FlattenSpec{}};
  if (type == "residual") return {name, read_residual(layer, depth, left)};
  layer["type"].fail("a type of layer");
}

std::vector<LayerSpec> read_layers(const Argument& layers, int depth, int& left) {
  std::vector<LayerSpec> specs;
  for (const Argument& layer : layers.elements()) {
    if (--left < 0) layers.fail("at most " + std::to_string(kMostLayers) + " layers in all");
    specs.push_back(read_layer(layer, depth, left));
  }
  return specs;
}

}  // namespace

std::vector<LayerSpec> read_layers(const Argument& layers) {
  int left = kMostLayers;
  return read_layers(layers, 0, left);
}

}  // namespace layer_rotation
