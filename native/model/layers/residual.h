#pragma once

#include <memory>
#include <vector>

#include "../layer_spec.h"
#include "batch_norm.h"

namespace layer_rotation {

/// The settings of the type 'residual' in src/model/layers.ts.
struct ResidualSpec {
  std::vector<LayerSpec> layers;    ///< at least one
  std::vector<LayerSpec> shortcut;  ///< the identity if empty
};

/// layers(x) + shortcut(x), and the ReLU that may come directly after it.
class Residual : public Module {
 public:
  Residual(Sequence layers, Sequence shortcut, const ComputeSpec& compute);
  at::Tensor forward(const at::Tensor& input) override { return forward_twins(twins_of(input)).first; }
  Twins forward_twins(const Twins& input) override;
  bool fuse_relu_after() override;

 private:
  Twins sum(const at::Tensor& a, const at::Tensor& b) const;

  std::shared_ptr<BatchNorm> first_;  ///< the first layer, if it can take the shortcut's gradient on; else null
  Sequence layers_;                   ///< the layers between first_ and last_
  std::shared_ptr<BatchNorm> last_;   ///< the last layer, if it can add the shortcut; else null
  Sequence shortcut_;
  Backend backend_;
  bool relu_ = false;
};

LayerMaker read_residual(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
