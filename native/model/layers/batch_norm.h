#pragma once

#include "../../device/compute.h"
#include "../fused_relu.h"
#include "../layer_input.h"
#include "../layer_spec.h"
#include "../module.h"

namespace layer_rotation {

/// Batch normalisation over the channels (dimension 1) of [batch, features] or [batch, channels, rows, columns], with
/// the ReLU that may come directly before or after it. Activations may be bf16; parameters and statistics are fp32.
class BatchNorm : public Module {
 public:
  BatchNorm(const BatchNormSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  const BatchNormSpec& spec() const { return spec_; }
  /// Of an example, over which a channel is averaged, too.
  int64_t pixels() const { return pixels_; }

  FusedRelu fused_relu() const { return relu_; }
  /// Makes forward() apply the ReLU beside it: on the CPU the two share their passes over memory.
  void fuse_relu(FusedRelu relu) { relu_ = relu; }

  at::Tensor weight;  ///< scale (γ), undefined without one
  at::Tensor bias;    ///< shift (β), undefined without one
  at::Tensor running_mean;
  at::Tensor running_var;
  // With block kernels a training step leaves its batch's statistics here, for RunningStatistics: zeros before it.
  // Otherwise forward() moves the running ones.
  at::Tensor batch_mean;
  at::Tensor batch_variance;  ///< unbiased

 private:
  at::Tensor train(const at::Tensor& input);
  at::Tensor evaluate(const at::Tensor& input) const;
  /// With LibTorch's operations: the ReLUs around `normalise(input, scale, shift)`.
  template <class Normalise>
  at::Tensor between_relus(const at::Tensor& input, Normalise normalise) const;
  void update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples);

  BatchNormSpec spec_;
  int64_t pixels_;
  FusedRelu relu_ = FusedRelu::kNone;
  // What stands in for a scale or shift that the layer does not have: LibTorch takes bf16 activations with fp32
  // parameters, but not on every path without any.
  at::Tensor ones_;
  at::Tensor zeros_;
};

}  // namespace layer_rotation
