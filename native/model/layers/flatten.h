#pragma once

#include "../layer_spec.h"

namespace layer_rotation {

/// [batch, …] → [batch, product of …]. The values of a channel stay together whatever the memory format.
class Flatten : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
};

LayerMaker read_flatten(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
