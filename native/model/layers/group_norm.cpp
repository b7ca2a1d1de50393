#include "group_norm.h"

#include <ATen/ops/group_norm.h>
#include <torch/types.h>

#include "../../arguments/argument.h"
#include "../builder.h"
#include "../optional_tensor.h"

namespace layer_rotation {

LayerMaker read_group_norm(const Argument& layer, LayerReader&) {
  const GroupNormSpec spec{layer["groups"].integer(1), layer["epsilon"].at_least_zero(), layer["scale"].boolean(),
                           layer["shift"].boolean()};
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    return {std::make_shared<GroupNorm>(spec, input, builder.device()), input.shape};
  };
}

GroupNorm::GroupNorm(const GroupNormSpec& spec, const LayerInput& input, at::Device device)
    : groups_(spec.groups), epsilon_(spec.epsilon) {
  const int64_t channels = input.shape[0];
  if (channels % groups_ != 0) {
    input.refuse("a group norm of " + std::to_string(groups_) + " groups takes a multiple of " +
                 std::to_string(groups_) + " channels");
  }
  if (spec.scale) weight = register_parameter("weight", torch::ones({channels}, device));
  if (spec.shift) bias = register_parameter("bias", torch::zeros({channels}, device));
}

at::Tensor GroupNorm::forward(const at::Tensor& input) {
  // The norm runs in fp32, as under autocast: not every device's kernel takes bf16 with fp32 parameters.
  const at::Tensor output =
      at::group_norm(input.to(at::kFloat), groups_, if_defined(weight), if_defined(bias), epsilon_);
  return output.to(input.scalar_type()).contiguous(input.suggest_memory_format());
}

}  // namespace layer_rotation
