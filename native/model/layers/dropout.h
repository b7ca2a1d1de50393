#pragma once

#include "../block/dropout_draws.h"
#include "../block/step_context.h"
#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'dropout' in src/model/layers.ts.
struct DropoutSpec {
  double rate;  ///< the probability that a value is dropped, 0 ≤ rate < 1
};

/// Zeroes each value with probability `rate` in training, and scales the others by 1/(1 − rate). The draws depend only
/// on the seed, the layer's number among the network's dropouts, and the number of steps made so far.
class Dropout : public Module {
 public:
  Dropout(const DropoutSpec& spec, const StepContext& step, uint64_t number);
  at::Tensor forward(const at::Tensor& input) override;
  const DropoutDraws* dropout() const override { return rate_ > 0 ? &draws_ : nullptr; }

 private:
  double rate_;
  DropoutDraws draws_;
  const EpochState* epoch_;
};

LayerMaker read_dropout(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
