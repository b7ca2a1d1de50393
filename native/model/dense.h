#pragma once

#include <ATen/core/Generator.h>

#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// [batch, inputs] → [batch, units]: y = x Wᵀ + b, with W [units, inputs].
class Dense : public Module {
 public:
  Dense(const DenseSpec& spec, int64_t inputs, at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;

  at::Tensor weight;
  at::Tensor bias;  ///< undefined without a bias
};

}  // namespace layer_rotation
