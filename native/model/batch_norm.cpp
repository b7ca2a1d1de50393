#include "batch_norm.h"

#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <torch/types.h>

#include "batch_norm_cpu.h"

namespace layer_rotation {
namespace {

bool has_cpu_kernel(const at::Tensor& input) {
  return input.device().is_cpu() && input.dim() == 2 && input.scalar_type() == at::kFloat;
}

}  // namespace

BatchNorm::BatchNorm(const BatchNormSpec& spec, int64_t channels) : spec_(spec) {
  if (spec.scale) weight = register_parameter("weight", torch::ones({channels}));
  if (spec.shift) bias = register_parameter("bias", torch::zeros({channels}));
  running_mean = register_buffer("running_mean", torch::zeros({channels}));
  running_var = register_buffer("running_var", torch::ones({channels}));
}

at::Tensor BatchNorm::forward(const at::Tensor& input) { return is_training() ? train(input) : evaluate(input); }

at::Tensor BatchNorm::train(const at::Tensor& input) {
  const double examples = static_cast<double>(input.numel() / input.size(1));
  if (has_cpu_kernel(input)) {
    const BatchNormResult result = batch_norm_cpu(input, weight, bias, spec_.epsilon, fused());
    update_running(result.mean, result.variance, examples);
    return result.output;
  }
  // With momentum 1 LibTorch hands out the batch's own mean and unbiased variance.
  const at::Tensor mean = torch::zeros_like(running_mean), unbiased = torch::zeros_like(running_var);
  const at::Tensor output = torch::batch_norm(input, weight, bias, mean, unbiased, /*training=*/true, 1, spec_.epsilon,
                                              /*cudnn_enabled=*/true);
  // A single example has no unbiased variance; its biased one is 0.
  update_running(mean, examples > 1 ? unbiased * ((examples - 1) / examples) : unbiased.zero_(), examples);
  return relu_ ? torch::relu(output) : output;
}

at::Tensor BatchNorm::evaluate(const at::Tensor& input) const {
  if (has_cpu_kernel(input)) {
    return batch_norm_cpu_inference(input, weight, bias, running_mean, running_var, spec_.epsilon, fused());
  }
  const at::Tensor output = torch::batch_norm(input, weight, bias, running_mean, running_var, /*training=*/false, 0,
                                              spec_.epsilon, /*cudnn_enabled=*/true);
  return relu_ ? torch::relu(output) : output;
}

void BatchNorm::update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples) {
  c10::NoGradGuard no_grad;
  running_mean.lerp_(mean, spec_.momentum);
  const bool unbiased = spec_.unbiased_running_variance && examples > 1;
  running_var.lerp_(unbiased ? biased_variance * (examples / (examples - 1)) : biased_variance, spec_.momentum);
}

}  // namespace layer_rotation
