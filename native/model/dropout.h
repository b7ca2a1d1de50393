#pragma once

#include "../kernel/epoch_state.h"
#include "compute.h"
#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// Where a training's dropout masks come from: its seed, and how many steps it has made. The state must outlive the
/// network.
struct DropoutStream {
  uint64_t seed = 0;
  const kernel::EpochState* epoch = nullptr;
};

/// In training, zeroes each value with probability `rate` and scales the others by 1/(1 − rate). The masks follow from
/// the seed, the layer's number among the network's dropouts and the steps made so far.
class Dropout : public Module {
 public:
  Dropout(const DropoutSpec& spec, const DropoutStream& stream, uint64_t number);
  at::Tensor forward(const at::Tensor& input) override;

 private:
  at::Tensor mask(const at::Tensor& input) const;

  double rate_;
  DropoutStream stream_;
  uint64_t number_;
};

}  // namespace layer_rotation
