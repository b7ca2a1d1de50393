#pragma once

#include <utility>
#include <vector>

#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'residual' in src/model/layers.ts.
struct ResidualSpec {
  std::vector<LayerSpec> layers;    ///< at least one
  std::vector<LayerSpec> shortcut;  ///< the identity if empty
};

/// layers(x) + shortcut(x), and the ReLU that may come directly after it.
class Residual : public Module {
 public:
  Residual(Sequence layers, Sequence shortcut) : layers_(std::move(layers)), shortcut_(std::move(shortcut)) {}
  at::Tensor forward(const at::Tensor& input) override;
  bool fuse_relu_after() override;

 private:
  Sequence layers_;
  Sequence shortcut_;
  bool relu_ = false;
};

LayerMaker read_residual(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
