#pragma once

#include "../../device/compute.h"
#include "../block/step_context.h"
#include "../layer_spec.h"
#include "../module.h"

namespace layer_rotation {

/// In training, zeroes each value with probability `rate` and scales the others by 1/(1 − rate). The masks follow from
/// the seed, the layer's number among the network's dropouts and the steps made so far.
class Dropout : public Module {
 public:
  Dropout(const DropoutSpec& spec, const StepContext& step, uint64_t number);
  at::Tensor forward(const at::Tensor& input) override;

 private:
  at::Tensor mask(const at::Tensor& input) const;

  double rate_;
  StepContext step_;
  uint64_t number_;
};

}  // namespace layer_rotation
