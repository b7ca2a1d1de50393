#pragma once

#include <ATen/core/Generator.h>

#include "../../device/compute.h"
#include "../initializer.h"
#include "../layer_spec.h"
#include "product_bias.h"

namespace layer_rotation {

/// The settings of the type 'dense' in src/model/layers.ts.
struct DenseSpec {
  int64_t units;  ///< at least 1
  bool bias;
  InitializerSpec init;
  InitializerSpec bias_init;  ///< not kOrthogonal
};

/// [batch, inputs] → [batch, units]: y = x Wᵀ + b, with W [units, inputs]. Block kernels also compute the ReLU that
/// comes next, if there is a bias.
class Dense : public Module {
 public:
  Dense(const DenseSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
        at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;
  at::Tensor monitored_weight() const override { return weight; }
  std::vector<ProductParameter> product_parameters() const override { return {weight_, bias_.parameter()}; }
  bool fuse_relu_after() override { return bias_.fuse_relu(); }
  const ProductParameter* loose_bias() const override { return bias_.loose(); }
  void leave_out_bias() override { bias_.leave_out(); }

  Shape output_shape() const { return {weight.size(0)}; }

  at::Tensor weight;  ///< fp32
  at::Tensor bias;    ///< fp32; undefined if the layer has none

 private:
  at::ScalarType precision_;
  ProductParameter weight_;
  ProductBias bias_;
};

LayerMaker read_dense(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
