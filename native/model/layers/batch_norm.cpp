#include "batch_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/relu.h>
#include <c10/core/GradMode.h>
#include <torch/types.h>

#include "../../arguments/argument.h"
#include "../block/dropout_block.h"
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
  if (relu_ != FusedRelu::kNone || draws_.epoch != nullptr) return false;
  relu_ = relu;
  return true;
}

bool BatchNorm::fuse_dropout_after(const DropoutDraws& draws) {
  if (!has_block_kernels() || draws_.epoch != nullptr) return false;
  draws_ = draws;
  return true;
}

bool BatchNorm::fuse_bias_before(const ProductParameter& bias) {
  if (!has_block_kernels()) return false;
  input_bias_ = bias;
  return true;
}

at::Tensor BatchNorm::forward(const at::Tensor& input) {
  if (has_block_kernels()) return normalize(input).output.first;
  return is_training() ? train(input) : evaluate(input);
}

Twins BatchNorm::forward_twins(const Twins& input) {
  return has_block_kernels() ? normalize(input.first).output : twins_of(forward(input.first));
}

NormalizedInput BatchNorm::normalize(const at::Tensor& input) const {
  return run(input, at::Tensor(), relu_ == FusedRelu::kAfter);
}

Twins BatchNorm::add(const at::Tensor& input, const at::Tensor& shortcut, bool relu) const {
  return run(input, shortcut, relu).output;
}

NormalizedInput BatchNorm::run(const at::Tensor& input, const at::Tensor& shortcut, bool relu) const {
  // Draws follow the order of the activations in memory, which the kernels change where it is not that of a matrix.
  const bool is_matrix = input.is_contiguous(rows_format(input));
  BlockNorm norm{weight, bias, input_bias_.factor(), spec_.epsilon, {relu_ == FusedRelu::kBefore, relu}, {}};
  if (is_training() && is_matrix) norm.draws = draws_;
  NormalizedInput result =
      is_training()
          ? batch_norm_block(input, shortcut, norm, batch_mean, batch_variance)
          : NormalizedInput{twins_of(batch_norm_block_inference(input, shortcut, norm, running_mean, running_var)),
                            input};
  if (is_matrix) return result;
  const at::Tensor output = result.output.first.contiguous();
  const bool drops = is_training() && draws_.epoch != nullptr;
  result.output = twins_of(drops ? drop(output, draws_) : output);
  return result;
}

at::Tensor BatchNorm::train(const at::Tensor& input) {
  const double examples = static_cast<double>(input.size(0) * pixels_);
  if (is_matrix_on_cpu(input)) {
    const BatchNormResult result = batch_norm_cpu(input, weight, bias, spec_.epsilon, relu_);
    update_running(result.mean, result.variance, examples);
    return result.output;
  }
  // With momentum 1 LibTorch writes the batch's own mean and unbiased variance.
  const at::Tensor mean = at::zeros_like(running_mean), unbiased = at::zeros_like(running_var);
  const at::Tensor output =
      between_relus(input, [&](const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) {
        return at::batch_norm(x, scale, shift, mean, unbiased, /*training=*/true, 1, spec_.epsilon,
                              /*cudnn_enabled=*/true);
      });
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
