#include "bias_relu_block.h"

#include <ATen/ops/empty_like.h>
#include <torch/autograd.h>

#include "bias_relu_kernel.h"
#include "run_channels.h"

namespace layer_rotation {
namespace {

class BiasReluBlock : public torch::autograd::Function<BiasReluBlock> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& bias) {
    const at::Tensor product = as_matrix(given), output = at::empty_like(product);
    const Matrix matrix(product);
    with_packs({product, output}, matrix.channels, [&]<class Value, int N>() {
      using Work = AddBiasRelu<Value, N>;
      const Work work{activations<Value>(product), activations<Value>(bias), mutable_activations<Value>(output)};
      const auto tiles = tiles_of<Work>(matrix);
      kernel::run(ChangeKnownChannels<Work>{tiles, work}, tiles.count(), product.device());
    });
    context->save_for_backward({output, bias});
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &output = saved[0], gradient = as_matrix(gradients[0]);
    const at::Tensor of_product = at::empty_like(output), of_bias = at::empty_like(saved[1]);
    const Matrix matrix(output);
    with_packs({gradient, output, of_product}, matrix.channels, [&]<class Value, int N>() {
      const BiasReluGradient<Value, N> work{activations<Value>(gradient), activations<Value>(output),
                                            mutable_activations<Value>(of_product),
                                            mutable_activations<Value>(of_bias)};
      run_channels(work, matrix, output.device());
    });
    return {of_product, of_bias};
  }
};

}  // namespace

at::Tensor bias_relu_block(const at::Tensor& product, const at::Tensor& bias) {
  return BiasReluBlock::apply(product, bias);
}

}  // namespace layer_rotation
