#pragma once

#include <ATen/core/Tensor.h>

#include "batch_norm_rows.h"

namespace layer_rotation {

/// Batch normalisation on the CPU of [batch, channels] or, in channels_last memory, [batch, channels, height, width],
/// fp32 or bf16, with the ReLU beside it in the same passes over memory. Parameters and statistics are fp32, and so is
/// the arithmetic.
struct BatchNormResult {
  at::Tensor output;    ///< of the input's type and memory format
  at::Tensor mean;      ///< of the batch, fp32 [channels]
  at::Tensor variance;  ///< of the batch, biased, fp32 [channels]
};

/// Normalises in training mode. `weight` (γ) and `bias` (β) may be undefined. Differentiable in input, weight and bias;
/// keeps only the input for that. The result does not depend on the number of threads.
BatchNormResult batch_norm_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                               double epsilon, FusedRelu relu);

/// Normalises in evaluation mode, with the running statistics. Not differentiable.
at::Tensor batch_norm_cpu_inference(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                    const at::Tensor& running_mean, const at::Tensor& running_variance, double epsilon,
                                    FusedRelu relu);

}  // namespace layer_rotation
