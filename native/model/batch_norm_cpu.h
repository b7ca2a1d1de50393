#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Batch normalisation of fp32 [batch, channels] on the CPU, with the ReLU that may follow it in the same passes
/// over memory.
struct BatchNormResult {
  at::Tensor output;
  at::Tensor mean;      ///< fp32 [channels]: of the batch
  at::Tensor variance;  ///< fp32 [channels]: of the batch, biased
};

/// Training mode. `weight` (γ) and `bias` (β) may be undefined. Differentiable in input, weight and bias.
BatchNormResult batch_norm_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                               double epsilon, bool relu);

/// Evaluation mode, with the running statistics. Not differentiable.
at::Tensor batch_norm_cpu_inference(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                    const at::Tensor& running_mean, const at::Tensor& running_variance, double epsilon,
                                    bool relu);

}  // namespace layer_rotation
