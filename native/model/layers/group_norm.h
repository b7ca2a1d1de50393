#pragma once

#include "../layer_input.h"
#include "../layer_spec.h"
#include "../module.h"

namespace layer_rotation {

/// Normalisation of each example over each group of its channels, with their rows and columns; then scale and shift of
/// each channel.
class GroupNorm : public Module {
 public:
  GroupNorm(const GroupNormSpec& spec, const LayerInput& input, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  at::Tensor weight;  ///< scale, [channels]; undefined without one
  at::Tensor bias;    ///< shift, [channels]; undefined without one

 private:
  int64_t groups_;
  double epsilon_;
};

}  // namespace layer_rotation
