#pragma once

#include <ATen/core/Generator.h>

#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// [batch, …] → [batch, product of …].
class Flatten : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
};

class Relu : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
};

/// In training, zeroes each value with probability `rate` and scales the others by 1/(1 − rate). The masks come from
/// the trainer's own generator, so two trainers in one process do not disturb each other.
class Dropout : public Module {
 public:
  Dropout(const DropoutSpec& spec, at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;

 private:
  double rate_;
  at::Generator generator_;
};

}  // namespace layer_rotation
