#include "batch_norm.h"

#include <torch/nn/functional/batchnorm.h>

namespace layer_rotation {

BatchNorm::BatchNorm(const BatchNormSpec& spec, int64_t channels) : spec_(spec) {
  if (spec.scale) weight = register_parameter("weight", torch::ones({channels}));
  if (spec.shift) bias = register_parameter("bias", torch::zeros({channels}));
  running_mean = register_buffer("running_mean", torch::zeros({channels}));
  running_var = register_buffer("running_var", torch::ones({channels}));
}

at::Tensor BatchNorm::forward(const at::Tensor& input) {
  if (!is_training()) {
    return torch::batch_norm(input, weight, bias, running_mean, running_var, /*training=*/false, 0, spec_.epsilon,
                             /*cudnn_enabled=*/true);
  }
  // With momentum 1 LibTorch hands out the batch's own mean and unbiased variance, to be averaged in either convention.
  const at::Tensor mean = torch::zeros_like(running_mean), variance = torch::zeros_like(running_var);
  const at::Tensor output = torch::batch_norm(input, weight, bias, mean, variance, /*training=*/true, 1, spec_.epsilon,
                                              /*cudnn_enabled=*/true);
  c10::NoGradGuard no_grad;
  const double n = static_cast<double>(input.numel() / input.size(1));
  const at::Tensor averaged = spec_.unbiased_running_variance ? variance : variance * ((n - 1) / n);
  running_mean.lerp_(mean, spec_.momentum);
  running_var.lerp_(averaged, spec_.momentum);
  return output;
}

}  // namespace layer_rotation
