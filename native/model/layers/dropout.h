#pragma once

#include "../block/step_context.h"
#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'dropout' in src/model/layers.ts.
struct DropoutSpec {
  double rate;  ///< the probability that a value is dropped, 0 ≤ rate < 1
};

/// Zeroes each value with probability `rate` in training, and scales the others by 1/(1 − rate). The masks depend only
/// on the seed, the layer's number among the network's dropouts, and the number of steps made so far.
class Dropout : public Module {
 public:
  Dropout(const DropoutSpec& spec, const StepContext& step, uint64_t number);
  at::Tensor forward(const at::Tensor& input) override;

 private:
  at::Tensor mask(const at::Tensor& input) const;

  DropoutSpec spec_;
  StepContext step_;
  uint64_t number_;
};

LayerMaker read_dropout(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
