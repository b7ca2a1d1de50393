#include "add_relu_block.h"

#include <ATen/ops/empty_like.h>
#include <torch/autograd.h>

#include <utility>

#include "../memory_order.h"
#include "add_relu_kernel.h"
#include "matrix.h"

namespace layer_rotation {
namespace {

class AddReluBlock : public torch::autograd::Function<AddReluBlock> {
 public:
  using Tensors = torch::autograd::variable_list;

  static Tensors forward(torch::autograd::AutogradContext* context, const at::Tensor& given_a,
                         const at::Tensor& given_b) {
    const at::Tensor a = without_gaps(given_a), b = laid_out_as(a, given_b), output = at::empty_like(a);
    with_packs({a, b, output}, a.numel(), [&]<class Value, int N>() {
      const AddRelu<Value, N> add{activations<Value>(a), activations<Value>(b), mutable_activations<Value>(output),
                                  a.numel()};
      kernel::run(add, items_of<N>(a.numel()), a.device());
    });
    context->save_for_backward({output});
    context->set_materialize_grads(false);
    return {output, output.detach()};
  }

  static Tensors backward(torch::autograd::AutogradContext* context, const Tensors& gradients) {
    const at::Tensor output = context->get_saved_variables()[0];
    const auto [one, other] = defined_first(gradients[0], gradients[1]);
    if (!one.defined()) return {{}, {}};
    const at::Tensor gradient = laid_out_as(output, one), to = at::empty_like(output);
    const at::Tensor another = other.defined() ? laid_out_as(output, other) : other;
    with_packs({gradient, another, output, to}, output.numel(), [&]<class Value, int N>() {
      const AddReluGradient<Value, N> mask{activations<Value>(gradient), activations<Value>(another),
                                           activations<Value>(output), mutable_activations<Value>(to), output.numel()};
      kernel::run(mask, items_of<N>(output.numel()), output.device());
    });
    return {to, to};  // safe to share: autograd adds in place only to a tensor that nobody else holds
  }
};

}  // namespace

Twins add_relu_block(const at::Tensor& a, const at::Tensor& b) {
  const auto results = AddReluBlock::apply(a, b);
  return {results[0], results[1]};
}

}  // namespace layer_rotation
