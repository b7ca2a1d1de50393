#include "dropout_block.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/empty_strided.h>
#include <torch/autograd.h>

#include <type_traits>

#include "dropout_kernel.h"
#include "matrix.h"

namespace layer_rotation {
namespace {

at::Tensor dropped(const at::Tensor& from, const DropoutDraws& draws, int64_t first) {
  const at::Tensor to = at::empty_like(from);
  with_packs({from, to}, from.numel(), [&]<class Value, int N>() {
    const auto run = [&]<int Pack>(std::integral_constant<int, Pack>) {
      const Drop<Value, Pack> drop{draws, activations<Value>(from), mutable_activations<Value>(to), from.numel(),
                                   first};
      kernel::run(drop, items_of<Pack>(from.numel()), from.device());
    };
    if (first % N == 0) return run(std::integral_constant<int, N>());
    run(std::integral_constant<int, 1>());
  });
  return to;
}

struct KeptDraws : torch::CustomClassHolder {
  KeptDraws(const DropoutDraws& draws, int64_t first) : draws(draws), first(first) {}
  DropoutDraws draws;
  int64_t first;
};

class DropBlock : public torch::autograd::Function<DropBlock> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const DropoutDraws& draws, int64_t first) {
    const at::Tensor input = given.is_non_overlapping_and_dense() ? given : at::empty_like(given).copy_(given);
    context->saved_data["draws"] = c10::IValue::make_capsule(c10::make_intrusive<KeptDraws>(draws, first));
    context->saved_data["strides"] = input.strides();
    return dropped(input, draws, first);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto kept = c10::static_intrusive_pointer_cast<KeptDraws>(context->saved_data["draws"].toCapsule());
    const auto strides = context->saved_data["strides"].toIntVector();
    at::Tensor gradient = gradients[0];
    if (gradient.strides() != strides) {
      gradient = at::empty_strided(gradient.sizes(), strides, gradient.options()).copy_(gradient);
    }
    return {dropped(gradient, kept->draws, kept->first), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor drop(const at::Tensor& input, const DropoutDraws& draws, int64_t first) {
  return DropBlock::apply(input, draws, first);
}

}  // namespace layer_rotation
