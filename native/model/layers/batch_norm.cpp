#include "batch_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/relu.h>
#include <c10/core/GradMode.h>
#include <torch/types.h>

#include "../../arguments/argument.h"
#include "../builder.h"
#include "../cpu/channels_last.h"

namespace layer_rotation {
namespace {

int64_t checked_channels(const LayerInput& input) {
  const size_t dimensions = input.shape.size();
  if (dimensions != 1 && dimensions != 3) input.refuse("a batch norm takes [features] or [channels, rows, columns]");
  return input.shape[0];
}

}  // namespace

LayerMaker read_batch_norm(const Argument& layer, LayerReader&) {
  const BatchNormSpec spec{layer["epsilon"].at_least_zero(), layer["momentum"].finite(), layer["scale"].boolean(),
                           layer["shift"].boolean(),
                           layer["runningVariance"].one_of<bool>({{"biased", false}, {"unbiased", true}})};
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    return {std::make_shared<BatchNorm>(spec, input, builder.compute(), builder.device()), input.shape};
  };
}

BatchNorm::BatchNorm(const BatchNormSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device)
    : spec_(spec) {
  const int64_t channels = checked_channels(input);
  pixels_ = input.size() / channels;
  ones_ = torch::ones({channels}, device);
  zeros_ = torch::zeros({channels}, device);
  if (compute.backend == Backend::kBlock) {
    batch_mean = zeros_.clone();
    batch_variance = zeros_.clone();
  }
  if (spec.scale) weight = register_parameter("weight", ones_.clone());
  if (spec.shift) bias = register_parameter("bias", zeros_.clone());
  running_mean = register_buffer("running_mean", zeros_.clone());
  running_var = register_buffer("running_var", ones_.clone());
}

bool BatchNorm::fuse_relu(FusedRelu relu) {
  if (relu_ != FusedRelu::kNone) return false;
  relu_ = relu;
  return true;
}

at::Tensor BatchNorm::forward(const at::Tensor& input) { return is_training() ? train(input) : evaluate(input); }

at::Tensor BatchNorm::train(const at::Tensor& input) {
  const double examples = static_cast<double>(input.size(0) * pixels_);
  const bool has_block_kernels = batch_mean.defined();
  if (!has_block_kernels && is_matrix_on_cpu(input)) {
    const BatchNormResult result = batch_norm_cpu(input, weight, bias, spec_.epsilon, relu_);
    update_running(result.mean, result.variance, examples);
    return result.output;
  }
  // With momentum 1 LibTorch writes the batch's own mean and unbiased variance.
  const at::Tensor mean = has_block_kernels ? batch_mean : at::zeros_like(running_mean);
  const at::Tensor unbiased = has_block_kernels ? batch_variance : at::zeros_like(running_var);
  const at::Tensor output =
      between_relus(input, [&](const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) {
        return at::batch_norm(x, scale, shift, mean, unbiased, /*training=*/true, 1, spec_.epsilon,
                              /*cudnn_enabled=*/true);
      });
  if (has_block_kernels) return output;
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

void BatchNorm::update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples) {
  c10::NoGradGuard no_grad;
  running_mean.lerp_(mean, spec_.momentum);
  const bool unbiased = spec_.unbiased_running_variance && examples > 1;
  running_var.lerp_(unbiased ? biased_variance * (examples / (examples - 1)) : biased_variance, spec_.momentum);
}

}  // namespace layer_rotation
