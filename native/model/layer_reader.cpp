#include "layer_reader.h"

#include <string>

#include "../arguments/argument.h"
#include "layers/registry.h"

namespace layer_rotation {
namespace {

/// An object can contain itself, so the nesting needs an end.
constexpr int kDeepestNesting = 8;
/// Lists that share elements describe millions of layers in a few objects.
constexpr int kMostLayers = 1 << 16;

}  // namespace

std::vector<LayerSpec> LayerReader::read(const Argument& layers) {
  std::vector<LayerSpec> specs;
  for (const Argument& layer : layers.elements()) {
    if (++read_ > kMostLayers) layers.fail("at most " + std::to_string(kMostLayers) + " layers in all");
    std::string name = layer["name"].string();
    const ReadLayer read_layer = layer_type(layer["type"]);
    specs.push_back({std::move(name), read_layer(layer, *this)});
  }
  return specs;
}

std::vector<LayerSpec> LayerReader::read_within(const Argument& parent, const char* property) {
  if (depth_ == kDeepestNesting) {
    parent.fail("residual layers nested at most " + std::to_string(kDeepestNesting) + " deep");
  }
  ++depth_;
  std::vector<LayerSpec> specs = read(parent[property]);
  --depth_;
  return specs;
}

}  // namespace layer_rotation
