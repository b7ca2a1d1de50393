#include "dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>

#include "../block/dropout_kernel.h"

namespace layer_rotation {
namespace {

template <class Value>
void fill(at::Tensor& mask, double rate, const StepContext& step, uint64_t number) {
  const int64_t size = mask.numel();
  const DropoutMask<Value> kernel{step.epoch->tables(), step.dropout_seed, number, rate, mask.data_ptr<Value>(), size};
  kernel::run(kernel, (size + kMaskValues - 1) / kMaskValues, mask.device());
}

}  // namespace

Dropout::Dropout(const DropoutSpec& spec, const StepContext& step, uint64_t number)
    : rate_(spec.rate), step_(step), number_(number) {}

at::Tensor Dropout::forward(const at::Tensor& input) {
  if (!is_training() || rate_ == 0) return input;
  return input * mask(input);
}

at::Tensor Dropout::mask(const at::Tensor& input) const {
  // On a device without block kernels of its own the mask is drawn on the host.
  at::Tensor mask = at::empty_like(input.detach(), input.options().device(step_.epoch->device()));
  if (input.scalar_type() == at::kBFloat16) {
    fill<at::BFloat16>(mask, rate_, step_, number_);
  } else {
    fill<float>(mask, rate_, step_, number_);
  }
  return mask.to(input.device());
}

}  // namespace layer_rotation
