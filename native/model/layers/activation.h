#pragma once

#include "../layer_spec.h"
#include "../module.h"

namespace layer_rotation {

/// [batch, …] → [batch, product of …], rows and columns of a channel together whatever the memory format.
class Flatten : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
};

class Relu : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
};

/// x where it is positive, else slope·x.
class LeakyRelu : public Module {
 public:
  explicit LeakyRelu(const LeakyReluSpec& spec) : slope_(spec.slope) {}
  at::Tensor forward(const at::Tensor& input) override;

 private:
  double slope_;
};

/// x·Φ(x), with the normal distribution's Φ or its approximation by tanh.
class Gelu : public Module {
 public:
  explicit Gelu(const GeluSpec& spec) : tanh_(spec.tanh) {}
  at::Tensor forward(const at::Tensor& input) override;

 private:
  bool tanh_;
};

}  // namespace layer_rotation
