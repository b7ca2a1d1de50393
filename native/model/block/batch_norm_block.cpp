#include "batch_norm_block.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/autograd.h>

#include <utility>

#include "../optional_tensor.h"
#include "run_channels.h"

namespace layer_rotation {
namespace {

/// The settings of a norm that its backward pass needs, too.
struct KeptNorm : torch::CustomClassHolder {
  KeptNorm(const BlockNorm& norm, bool has_shortcut)
      : relus(norm.relus), draws(norm.draws), has_shortcut(has_shortcut) {}
  SurroundingRelus relus;
  DropoutDraws draws;
  bool has_shortcut;
};

const float* floats(const at::Tensor& tensor) { return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr; }

class BatchNormBlock : public torch::autograd::Function<BatchNormBlock> {
 public:
  using Tensors = torch::autograd::variable_list;

  static Tensors forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                         const std::optional<at::Tensor>& given_shortcut, const std::optional<at::Tensor>& given_weight,
                         const std::optional<at::Tensor>& given_bias, const std::optional<at::Tensor>& given_input_bias,
                         const BlockNorm& norm, const at::Tensor& batch_mean, const at::Tensor& batch_variance) {
    const at::Tensor weight = given_weight.value_or(at::Tensor()), bias = given_bias.value_or(at::Tensor());
    const at::Tensor input_bias = given_input_bias.value_or(at::Tensor());
    const at::Tensor input = as_matrix(given);
    const at::Tensor shortcut = as_matrix_if_defined(given_shortcut.value_or(at::Tensor()));
    const Matrix matrix(input);
    const at::Tensor output = at::empty_like(input);
    const at::Tensor statistics = at::empty({2, matrix.channels}, input.options().dtype(at::kFloat));
    with_packs({input, shortcut, output}, matrix.channels, [&]<class Value, int N>() {
      NormalizeBatch<Value, N> work{{activations<Value>(input),
                                     activations<Value>(shortcut),
                                     mutable_activations<Value>(output),
                                     {floats(weight), floats(bias)},
                                     norm.relus,
                                     norm.draws},
                                    matrix.rows,
                                    norm.epsilon,
                                    activations<Value>(input_bias),
                                    statistics.mutable_data_ptr<float>(),
                                    statistics.mutable_data_ptr<float>() + matrix.channels,
                                    batch_mean.mutable_data_ptr<float>(),
                                    batch_variance.mutable_data_ptr<float>()};
      run_channels(work, matrix, input.device());
    });
    const bool needs_output = shortcut.defined() && norm.relus.after;
    context->save_for_backward({input, weight, bias, statistics, needs_output ? output : at::Tensor(), input_bias});
    context->saved_data["norm"] = c10::IValue::make_capsule(c10::make_intrusive<KeptNorm>(norm, shortcut.defined()));
    context->set_materialize_grads(false);
    return {output, output.detach(), given.detach()};
  }

  static Tensors backward(torch::autograd::AutogradContext* context, const Tensors& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &bias = saved[2], &statistics = saved[3];
    const at::Tensor& output = saved[4];
    const auto kept = c10::static_intrusive_pointer_cast<KeptNorm>(context->saved_data["norm"].toCapsule());
    const auto [one, other] = defined_first(gradients[0], gradients[1]);
    if (!one.defined()) return {gradients[2], {}, {}, {}, {}, {}, {}, {}};
    const at::Tensor gradient = as_matrix(one), another = as_matrix_if_defined(other),
                     bypassing = as_matrix_if_defined(gradients[2]);

    const Matrix matrix(input);
    const bool arrives_changed = kept->relus.after || another.defined();
    const at::Tensor arrived = kept->has_shortcut && arrives_changed ? at::empty_like(input) : at::Tensor();
    const at::Tensor of_x = at::empty_like(input);
    const auto like = [](const at::Tensor& tensor) { return tensor.defined() ? at::empty_like(tensor) : tensor; };
    const at::Tensor of_weight = like(weight), of_bias = like(bias), of_input_bias = like(saved[5]);
    with_packs({input, gradient, another, output, arrived, bypassing, of_x}, matrix.channels,
               [&]<class Value, int N>() {
                 const float* mean = statistics.const_data_ptr<float>();
                 NormalizationGradient<Value, N> work{activations<Value>(input),
                                                      activations<Value>(gradient),
                                                      activations<Value>(another),
                                                      activations<Value>(output),
                                                      mutable_activations<Value>(arrived),
                                                      activations<Value>(bypassing),
                                                      mutable_activations<Value>(of_x),
                                                      {floats(weight), floats(bias)},
                                                      kept->relus,
                                                      kept->draws,
                                                      matrix.rows,
                                                      mean,
                                                      mean + matrix.channels,
                                                      mutable_activations<float>(of_weight),
                                                      mutable_activations<float>(of_bias),
                                                      mutable_activations<Value>(of_input_bias)};
                 run_channels(work, matrix, input.device());
               });
    const at::Tensor of_shortcut = !kept->has_shortcut ? at::Tensor() : arrived.defined() ? arrived : gradient;
    return {of_x, of_shortcut, of_weight, of_bias, of_input_bias, {}, {}, {}};
  }
};

}  // namespace

NormalizedInput batch_norm_block(const at::Tensor& input, const at::Tensor& shortcut, const BlockNorm& norm,
                                 const at::Tensor& batch_mean, const at::Tensor& batch_variance) {
  const auto results =
      BatchNormBlock::apply(input, if_defined(shortcut), if_defined(norm.weight), if_defined(norm.bias),
                            if_defined(norm.input_bias), norm, batch_mean, batch_variance);
  return {{results[0], results[1]}, results[2]};
}

at::Tensor batch_norm_block_inference(const at::Tensor& input, const at::Tensor& shortcut, const BlockNorm& norm,
                                      const at::Tensor& running_mean, const at::Tensor& running_variance) {
  const at::Tensor x = as_matrix(input), added = as_matrix_if_defined(shortcut);
  const Matrix matrix(x);
  const at::Tensor output = at::empty_like(x);
  with_packs({x, added, output}, matrix.channels, [&]<class Value, int N>() {
    using Work = NormalizeRunning<Value, N>;
    const Work work{{activations<Value>(x),
                     activations<Value>(added),
                     mutable_activations<Value>(output),
                     {floats(norm.weight), floats(norm.bias)},
                     norm.relus,
                     {}},
                    norm.epsilon,
                    activations<Value>(norm.input_bias),
                    running_mean.const_data_ptr<float>(),
                    running_variance.const_data_ptr<float>()};
    const auto tiles = tiles_of<Work>(matrix);
    kernel::run(ChangeKnownChannels<Work>{tiles, work}, tiles.count(), x.device());
  });
  return output;
}

}  // namespace layer_rotation
