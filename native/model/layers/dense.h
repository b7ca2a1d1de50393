#pragma once

#include <ATen/core/Generator.h>

#include "../../device/compute.h"
#include "../initializer.h"
#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'dense' in src/model/layers.ts.
struct DenseSpec {
  int64_t units;  ///< at least 1
  bool bias;
  InitializerSpec init;
  InitializerSpec bias_init;  ///< not kOrthogonal
};

/// [batch, inputs] → [batch, units]: y = x Wᵀ + b, with W [units, inputs].
class Dense : public Module {
 public:
  Dense(const DenseSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
        at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;
  at::Tensor monitored_weight() const override { return weight; }
  std::vector<ProductParameter> product_parameters() const override { return {weight_, bias_}; }

  Shape output_shape() const { return {weight.size(0)}; }

  at::Tensor weight;  ///< fp32
  at::Tensor bias;    ///< fp32; undefined if the layer has none

 private:
  at::ScalarType precision_;
  ProductParameter weight_;
  ProductParameter bias_;
};

LayerMaker read_dense(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
