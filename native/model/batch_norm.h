#pragma once

#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// Batch normalisation over the channels (dimension 1) of [batch, channels, …].
class BatchNorm : public Module {
 public:
  BatchNorm(const BatchNormSpec& spec, int64_t channels);
  at::Tensor forward(const at::Tensor& input) override;

  at::Tensor weight;  ///< scale (γ), undefined without one
  at::Tensor bias;    ///< shift (β), undefined without one
  at::Tensor running_mean;
  at::Tensor running_var;

 private:
  BatchNormSpec spec_;
};

}  // namespace layer_rotation
