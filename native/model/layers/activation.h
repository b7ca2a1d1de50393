#pragma once

#include "../layer_spec.h"

namespace layer_rotation {

/// max(0, x)
class Relu : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
  bool is_relu() const override { return true; }
};

LayerMaker read_relu(const Argument& layer, LayerReader& reader);

/// The settings of the type 'leakyRelu' in src/model/layers.ts.
struct LeakyReluSpec {
  double slope;  ///< finite
};

/// x where it is positive, else slope·x.
class LeakyRelu : public Module {
 public:
  explicit LeakyRelu(const LeakyReluSpec& spec) : spec_(spec) {}
  at::Tensor forward(const at::Tensor& input) override;

 private:
  LeakyReluSpec spec_;
};

LayerMaker read_leaky_relu(const Argument& layer, LayerReader& reader);

/// The settings of the type 'gelu' in src/model/layers.ts.
struct GeluSpec {
  bool tanh;  ///< whether Φ is approximated by tanh; otherwise the error function gives it
};

/// x·Φ(x), with Φ the distribution function of the standard normal distribution.
class Gelu : public Module {
 public:
  explicit Gelu(const GeluSpec& spec) : spec_(spec) {}
  at::Tensor forward(const at::Tensor& input) override;

 private:
  GeluSpec spec_;
};

LayerMaker read_gelu(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
