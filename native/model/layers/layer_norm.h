#pragma once

#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'layerNorm' in src/model/layers.ts.
struct LayerNormSpec {
  double epsilon;  ///< added to the variance, finite and at least 0
  bool scale;
  bool shift;
};

/// Normalisation of each example over all its values, then scale and shift of each value.
class LayerNorm : public Module {
 public:
  LayerNorm(const LayerNormSpec& spec, const LayerInput& input, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  at::Tensor weight;  ///< scale, of the example's shape; undefined if the layer has none
  at::Tensor bias;    ///< shift, of the example's shape; undefined if the layer has none

 private:
  Shape shape_;
  double epsilon_;
};

LayerMaker read_layer_norm(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
