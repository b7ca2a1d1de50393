#pragma once

#include "compute.h"
#include "fused_relu.h"
#include "layer_input.h"
#include "layer_spec.h"
#include "module.h"
#include "step_context.h"

namespace layer_rotation {

/// Batch normalisation over the channels (dimension 1) of [batch, features] or [batch, channels, rows, columns], with
/// the ReLU that may come directly before or after it. Activations may be bf16; parameters and statistics are fp32.
class BatchNorm : public Module {
 public:
  BatchNorm(const BatchNormSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
            const StepContext& step);
  at::Tensor forward(const at::Tensor& input) override;

  FusedRelu fused_relu() const { return relu_; }
  /// Makes forward() apply the ReLU beside it: on the CPU the two share their passes over memory.
  void fuse_relu(FusedRelu relu) { relu_ = relu; }

  at::Tensor weight;  ///< scale (γ), undefined without one
  at::Tensor bias;    ///< shift (β), undefined without one
  at::Tensor running_mean;
  at::Tensor running_var;

 private:
  at::Tensor train(const at::Tensor& input);
  at::Tensor evaluate(const at::Tensor& input) const;
  /// With LibTorch's operations: the ReLUs around `normalise(input, scale, shift)`.
  template <class Normalise>
  at::Tensor between_relus(const at::Tensor& input, Normalise normalise) const;
  /// One kernel for what LibTorch's operations do in seven.
  void move_running_statistics(double examples);
  void update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples);

  BatchNormSpec spec_;
  bool has_block_kernels_;
  StepContext step_;
  FusedRelu relu_ = FusedRelu::kNone;
  // What stands in for a scale or shift that the layer does not have: LibTorch takes bf16 activations with fp32
  // parameters, but not on every path without any.
  at::Tensor ones_;
  at::Tensor zeros_;
  // For block kernels: a batch's statistics, zeros between two steps.
  at::Tensor batch_mean_;
  at::Tensor batch_variance_;
};

}  // namespace layer_rotation
