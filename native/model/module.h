#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "product_parameter.h"
#include "twins.h"

namespace layer_rotation {

struct DropoutDraws;

/// One step of a network's forward pass. Parameters and buffers are registered under PyTorch's names.
class Module : public torch::nn::Module {
 public:
  /// `input`: [batch, …]. is_training() selects batch statistics and dropout.
  virtual at::Tensor forward(const at::Tensor& input) = 0;
  /// Does the same where input and output may go two ways.
  virtual Twins forward_twins(const Twins& input) { return twins_of(forward(input.first)); }

  /// Returns whether the input is int64 token ids rather than numbers.
  virtual bool takes_tokens() const { return false; }

  /// The weight whose rotation is monitored, and controlled under Layca; undefined if the module has none.
  virtual at::Tensor monitored_weight() const { return {}; }
  /// The name of the layer that the monitored weight is, for a module of the given name.
  virtual std::string monitored_name(const std::string& module) const { return module; }
  /// The parameters that enter products.
  virtual std::vector<ProductParameter> product_parameters() const { return {}; }

  /// Prepares, on the host, a training step that follows `step` earlier ones: no operation of the step may have run or
  /// be captured yet.
  virtual void prepare_step(int64_t /*step*/) {}

  /// The file from which the module's operators come, for errors; empty if they are those of this package.
  virtual std::string file() const { return {}; }

  virtual bool is_relu() const { return false; }
  /// Makes forward() compute f(max(0, x)) instead of f(x), if that saves a pass over memory. Returns whether it does.
  virtual bool fuse_relu_before() { return false; }
  /// Makes forward() compute max(0, f(x)) instead of f(x), if that saves a pass over memory. Returns whether it does.
  virtual bool fuse_relu_after() { return false; }

  /// The bias that forward() adds last, and that the next module could add instead; null if there is none.
  virtual const ProductParameter* loose_bias() const { return nullptr; }
  /// Makes forward() leave the bias to the next module.
  virtual void leave_out_bias() {}
  /// Makes forward() compute f(x + bias) instead of f(x), if that saves a pass over memory. Returns whether it does.
  virtual bool fuse_bias_before(const ProductParameter& /*bias*/) { return false; }

  /// The draws of a dropout; null for any other module.
  virtual const DropoutDraws* dropout() const { return nullptr; }
  /// Makes forward() drop values of its output in training, if that saves a pass over memory. Returns whether it does.
  virtual bool fuse_dropout_after(const DropoutDraws& /*draws*/) { return false; }
};

/// Modules that run one after the other; an empty sequence is the identity.
struct Sequence {
  at::Tensor forward(const at::Tensor& x) const { return forward_twins(twins_of(x)).first; }
  Twins forward_twins(Twins x) const {
    for (const auto& module : modules) x = module->forward_twins(x);
    return x;
  }

  std::vector<std::shared_ptr<Module>> modules;
};

}  // namespace layer_rotation
