#pragma once

#include "../layer_input.h"
#include "../layer_spec.h"
#include "../module.h"

namespace layer_rotation {

/// Normalisation of each example over all its values, then scale and shift of each value.
class LayerNorm : public Module {
 public:
  LayerNorm(const LayerNormSpec& spec, const LayerInput& input, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  at::Tensor weight;  ///< scale, of the example's shape; undefined without one
  at::Tensor bias;    ///< shift, of the example's shape; undefined without one

 private:
  Shape shape_;
  double epsilon_;
};

}  // namespace layer_rotation
