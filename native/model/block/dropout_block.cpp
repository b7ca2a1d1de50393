#include "dropout_block.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/empty_strided.h>
#include <torch/autograd.h>

#include "dropout_kernel.h"
#include "matrix.h"

namespace layer_rotation {
namespace {

at::Tensor dropped(const at::Tensor& from, const DropoutDraws& draws) {
  const at::Tensor to = at::empty_like(from);
  with_packs({from, to}, from.numel(), [&]<class Value, int N>() {
    const Drop<Value, N> drop{draws, activations<Value>(from), mutable_activations<Value>(to), from.numel()};
    kernel::run(drop, items_of<N>(from.numel()), from.device());
  });
  return to;
}

struct KeptDraws : torch::CustomClassHolder {
  explicit KeptDraws(const DropoutDraws& draws) : draws(draws) {}
  DropoutDraws draws;
};

class DropBlock : public torch::autograd::Function<DropBlock> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const DropoutDraws& draws) {
    const at::Tensor input = given.is_non_overlapping_and_dense() ? given : at::empty_like(given).copy_(given);
    context->saved_data["draws"] = c10::IValue::make_capsule(c10::make_intrusive<KeptDraws>(draws));
    context->saved_data["strides"] = input.strides();
    return dropped(input, draws);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto kept = c10::static_intrusive_pointer_cast<KeptDraws>(context->saved_data["draws"].toCapsule());
    const auto strides = context->saved_data["strides"].toIntVector();
    at::Tensor gradient = gradients[0];
    if (gradient.strides() != strides) {
      gradient = at::empty_strided(gradient.sizes(), strides, gradient.options()).copy_(gradient);
    }
    return {dropped(gradient, kept->draws), at::Tensor()};
  }
};

}  // namespace

at::Tensor drop(const at::Tensor& input, const DropoutDraws& draws) { return DropBlock::apply(input, draws); }

}  // namespace layer_rotation
