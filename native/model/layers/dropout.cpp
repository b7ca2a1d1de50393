#include "dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>

#include "../../arguments/argument.h"
#include "../block/dropout_kernel.h"
#include "../builder.h"

namespace layer_rotation {
namespace {

template <class Value>
void fill(at::Tensor& mask, double rate, const StepContext& step, uint64_t number) {
  const int64_t size = mask.numel();
  const DropoutMask<Value> kernel{step.epoch->tables(), step.dropout_seed, number, rate, mask.data_ptr<Value>(), size};
  kernel::run(kernel, (size + kMaskValues - 1) / kMaskValues, mask.device());
}

}  // namespace

LayerMaker read_dropout(const Argument& layer, LayerReader&) {
  const DropoutSpec spec{layer["rate"].number()};
  if (!(spec.rate >= 0 && spec.rate < 1)) layer["rate"].fail("a rate of at least 0 and below 1");
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    return {std::make_shared<Dropout>(spec, builder.step(), builder.next_dropout()), input.shape};
  };
}

Dropout::Dropout(const DropoutSpec& spec, const StepContext& step, uint64_t number)
    : spec_(spec), step_(step), number_(number) {}

at::Tensor Dropout::forward(const at::Tensor& input) {
  if (!is_training() || spec_.rate == 0) return input;
  return input * mask(input);
}

at::Tensor Dropout::mask(const at::Tensor& input) const {
  // The mask is drawn on the host for a device without block kernels.
  at::Tensor mask = at::empty_like(input.detach(), input.options().device(step_.epoch->device()));
  if (input.scalar_type() == at::kBFloat16) {
    fill<at::BFloat16>(mask, spec_.rate, step_, number_);
  } else {
    fill<float>(mask, spec_.rate, step_, number_);
  }
  return mask.to(input.device());
}

}  // namespace layer_rotation
