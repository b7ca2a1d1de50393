#include "batch_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/relu.h>
#include <c10/core/GradMode.h>
#include <torch/types.h>

#include "batch_norm_cpu.h"
#include "channels_last.h"
#include "running_statistics_kernel.h"

namespace layer_rotation {
namespace {

int64_t checked_channels(const LayerInput& input) {
  const size_t dimensions = input.shape.size();
  if (dimensions != 1 && dimensions != 3) input.refuse("a batch norm takes [features] or [channels, rows, columns]");
  return input.shape[0];
}

}  // namespace

BatchNorm::BatchNorm(const BatchNormSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
                     const StepContext& step)
    : spec_(spec), has_block_kernels_(compute.kernels == Kernels::kBlock), step_(step) {
  const int64_t channels = checked_channels(input);
  ones_ = torch::ones({channels}, device);
  zeros_ = torch::zeros({channels}, device);
  batch_mean_ = zeros_.clone();
  batch_variance_ = zeros_.clone();
  if (spec.scale) weight = register_parameter("weight", ones_.clone());
  if (spec.shift) bias = register_parameter("bias", zeros_.clone());
  running_mean = register_buffer("running_mean", zeros_.clone());
  running_var = register_buffer("running_var", ones_.clone());
}

at::Tensor BatchNorm::forward(const at::Tensor& input) { return is_training() ? train(input) : evaluate(input); }

at::Tensor BatchNorm::train(const at::Tensor& input) {
  const double examples = static_cast<double>(input.numel() / input.size(1));
  if (!has_block_kernels_ && is_matrix_on_cpu(input)) {
    const BatchNormResult result = batch_norm_cpu(input, weight, bias, spec_.epsilon, relu_);
    update_running(result.mean, result.variance, examples);
    return result.output;
  }
  // With momentum 1 LibTorch hands out the batch's own mean and unbiased variance.
  const at::Tensor mean = has_block_kernels_ ? batch_mean_ : at::zeros_like(running_mean);
  const at::Tensor unbiased = has_block_kernels_ ? batch_variance_ : at::zeros_like(running_var);
  const at::Tensor output =
      between_relus(input, [&](const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) {
        return at::batch_norm(x, scale, shift, mean, unbiased, /*training=*/true, 1, spec_.epsilon,
                              /*cudnn_enabled=*/true);
      });
  if (has_block_kernels_) {
    move_running_statistics(examples);
    return output;
  }
  // A single example has no unbiased variance; its biased one is 0.
  update_running(mean, examples > 1 ? unbiased * ((examples - 1) / examples) : at::zeros_like(unbiased), examples);
  return output;
}

at::Tensor BatchNorm::evaluate(const at::Tensor& input) const {
  if (is_matrix_on_cpu(input)) {
    return batch_norm_cpu_inference(input, weight, bias, running_mean, running_var, spec_.epsilon, relu_);
  }
  return between_relus(input, [&](const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) {
    return at::batch_norm(x, scale, shift, running_mean, running_var, /*training=*/false, 0, spec_.epsilon,
                          /*cudnn_enabled=*/true);
  });
}

template <class Normalise>
at::Tensor BatchNorm::between_relus(const at::Tensor& input, Normalise normalise) const {
  const at::Tensor& scale = weight.defined() ? weight : ones_;
  const at::Tensor& shift = bias.defined() ? bias : zeros_;
  const at::Tensor output = normalise(relu_ == FusedRelu::kBefore ? at::relu(input) : input, scale, shift);
  return relu_ == FusedRelu::kAfter ? at::relu(output) : output;
}

void BatchNorm::move_running_statistics(double examples) {
  // LibTorch's variance is unbiased; of a single example it is NaN or infinite, and counts as 0.
  const double factor = spec_.unbiased_running_variance ? 1 : (examples - 1) / examples;
  const int64_t channels = batch_mean_.numel();
  const MoveRunningStatistics kernel{step_.epoch->tables(),
                                     channels,
                                     static_cast<float>(spec_.momentum),
                                     examples > 1 ? static_cast<float>(factor) : 0.0f,
                                     batch_mean_.data_ptr<float>(),
                                     batch_variance_.data_ptr<float>(),
                                     running_mean.data_ptr<float>(),
                                     running_var.data_ptr<float>()};
  kernel::run(kernel, (channels + kernel::kThreads - 1) / kernel::kThreads, batch_mean_.device());
}

void BatchNorm::update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples) {
  c10::NoGradGuard no_grad;
  running_mean.lerp_(mean, spec_.momentum);
  const bool unbiased = spec_.unbiased_running_variance && examples > 1;
  running_var.lerp_(unbiased ? biased_variance * (examples / (examples - 1)) : biased_variance, spec_.momentum);
}

}  // namespace layer_rotation
