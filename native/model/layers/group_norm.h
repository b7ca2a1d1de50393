#pragma once

#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'groupNorm' in src/model/layers.ts.
struct GroupNormSpec {
  int64_t groups;  ///< at least 1; divides the input's channels
  double epsilon;  ///< added to the variance, finite and at least 0
  bool scale;
  bool shift;
};

/// Normalisation of each example over each group of its channels, with their rows and columns; then scale and shift of
/// each channel.
class GroupNorm : public Module {
 public:
  GroupNorm(const GroupNormSpec& spec, const LayerInput& input, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  at::Tensor weight;  ///< scale, [channels]; undefined if the layer has none
  at::Tensor bias;    ///< shift, [channels]; undefined if the layer has none

 private:
  int64_t groups_;
  double epsilon_;
};

LayerMaker read_group_norm(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
