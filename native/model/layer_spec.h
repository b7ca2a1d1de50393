#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "layer_input.h"
#include "module.h"

namespace layer_rotation {

class Argument;
class Builder;
class LayerReader;

/// A module under the name of its layer.
struct NamedModule {
  std::string name;
  std::shared_ptr<Module> module;
};

/// A layer's module, and the shape that it turns one example into.
struct MadeLayer {
  std::shared_ptr<Module> module;
  Shape output_shape;
  std::vector<NamedModule> parts = {};  ///< hold the module's tensors under names of their own; empty for its own
};

/// Makes a layer's module for the input that it gets. Throws Error INVALID_CONFIG if the layer does not fit that input.
/// It runs on the engine's thread, so it holds the layer's settings and no JavaScript value.
using LayerMaker = std::function<MadeLayer(const LayerInput& input, Builder& builder)>;

/// A layer as the caller describes it.
struct LayerSpec {
  std::string name;  ///< in full, dots included: the prefix of the names of its parameters
  LayerMaker make;
};

}  // namespace layer_rotation
