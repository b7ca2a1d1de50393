#pragma once

#include <ATen/core/Generator.h>

#include "../../device/compute.h"
#include "../layer_input.h"
#include "../layer_spec.h"
#include "../module.h"

namespace layer_rotation {

/// [batch, inputs] → [batch, units]: y = x Wᵀ + b, with W [units, inputs].
class Dense : public Module {
 public:
  Dense(const DenseSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
        at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;
  std::vector<ProductParameter> product_parameters() const override { return {weight_, bias_}; }

  Shape output_shape() const { return {weight.size(0)}; }

  at::Tensor weight;  ///< fp32
  at::Tensor bias;    ///< undefined without a bias

 private:
  at::ScalarType precision_;
  ProductParameter weight_;
  ProductParameter bias_;
};

}  // namespace layer_rotation
