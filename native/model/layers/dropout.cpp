#include "dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>

#include <algorithm>

#include "../../arguments/argument.h"
#include "../block/dropout_block.h"
#include "../builder.h"

namespace layer_rotation {

LayerMaker read_dropout(const Argument& layer, LayerReader&) {
  const DropoutSpec spec{layer["rate"].number()};
  if (!(spec.rate >= 0 && spec.rate < 1)) layer["rate"].fail("a rate of at least 0 and below 1");
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    return {std::make_shared<Dropout>(spec, builder.step(), builder.next_dropout()), input.shape};
  };
}

Dropout::Dropout(const DropoutSpec& spec, const StepContext& step, uint64_t number)
    : rate_(spec.rate), draws_(step.epoch->tables(), step.dropout_seed, number, spec.rate), epoch_(step.epoch) {}

at::Tensor Dropout::forward(const at::Tensor& input) {
  if (!is_training() || rate_ == 0) return input;
  const int64_t first = epoch_->skipped_images() * (input.numel() / std::max<int64_t>(1, input.size(0)));
  if (input.device() == epoch_->device()) return drop(input, draws_, first);
  // The mask is drawn on the host for a device without block kernels.
  const at::Tensor ones = at::ones_like(input.detach(), input.options().device(epoch_->device()));
  return input * drop(ones, draws_, first).to(input.device());
}

}  // namespace layer_rotation
