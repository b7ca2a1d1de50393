#pragma once

#include <functional>
#include <memory>
#include <string>

#include "layer_input.h"
#include "module.h"

namespace layer_rotation {

class Argument;
class Builder;
class LayerReader;

/// A layer's module, and the shape that it turns one example into.
struct MadeLayer {
  std::shared_ptr<Module> module;
  Shape output_shape;
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
