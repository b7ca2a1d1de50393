#pragma once

#include "fused_relu.h"
#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// Batch normalisation over the channels (dimension 1) of [batch, channels, …], with the ReLU that may follow it.
class BatchNorm : public Module {
 public:
  BatchNorm(const BatchNormSpec& spec, int64_t channels);
  at::Tensor forward(const at::Tensor& input) override;

  /// Makes forward() apply the ReLU that follows: on the CPU the two share their passes over memory.
  void fuse_relu() { relu_ = true; }

  at::Tensor weight;  ///< scale (γ), undefined without one
  at::Tensor bias;    ///< shift (β), undefined without one
  at::Tensor running_mean;
  at::Tensor running_var;

 private:
  at::Tensor train(const at::Tensor& input);
  at::Tensor evaluate(const at::Tensor& input) const;
  FusedRelu fused() const { return relu_ ? FusedRelu::kAfter : FusedRelu::kNone; }
  void update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples);

  BatchNormSpec spec_;
  bool relu_ = false;
};

}  // namespace layer_rotation
