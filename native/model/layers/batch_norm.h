#pragma once

#include "../../device/compute.h"
#include "../block/batch_norm_block.h"
#include "../cpu/batch_norm_cpu.h"
#include "../layer_spec.h"

namespace layer_rotation {

/// The settings of the type 'batchNorm' in src/model/layers.ts.
struct BatchNormSpec {
  double epsilon;   ///< added to the variance, finite and at least 0
  double momentum;  ///< PyTorch's meaning, finite: running ← (1 − momentum)·running + momentum·batch
  bool scale;
  bool shift;
  /// True if the running variance averages the batches' unbiased variance (n − 1 in the divisor), as in PyTorch; false
  /// for the biased one (n), as in Keras 2.1.
  bool unbiased_running_variance;
};

/// Batch normalisation over the channels (dimension 1) of [batch, features] or [batch, channels, rows, columns], with
/// the ReLU that may come directly before or after it. Activations may be bf16; parameters and statistics are fp32.
/// Block kernels also compute the dropout that comes next, and the sum with a shortcut.
class BatchNorm : public Module {
 public:
  BatchNorm(const BatchNormSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;
  Twins forward_twins(const Twins& input) override;

  // These are for block kernels.
  bool has_block_kernels() const { return batch_mean.defined(); }
  /// Returns whether add() can add a shortcut to the output.
  bool can_add() const { return has_block_kernels() && relu_ != FusedRelu::kAfter && draws_.epoch == nullptr; }
  /// Returns the output plus `shortcut`, or max(0, output + shortcut).
  Twins add(const at::Tensor& input, const at::Tensor& shortcut, bool relu) const;
  /// Returns the output, and the input for whatever takes that beside the norm.
  NormalizedInput normalize(const at::Tensor& input) const;

  const BatchNormSpec& spec() const { return spec_; }
  /// The number of values of a channel in one example.
  int64_t pixels() const { return pixels_; }

  bool fuse_relu_before() override { return fuse_relu(FusedRelu::kBefore); }
  bool fuse_relu_after() override { return fuse_relu(FusedRelu::kAfter); }
  bool fuse_dropout_after(const DropoutDraws& draws) override;
  bool fuse_bias_before(const ProductParameter& bias) override;

  at::Tensor weight;  ///< scale (γ); undefined if the layer has none
  at::Tensor bias;    ///< shift (β); undefined if the layer has none
  at::Tensor running_mean;
  at::Tensor running_var;
  // Under block kernels a training step leaves its batch's statistics in these, and RunningStatistics then moves the
  // running ones. Without block kernels they are undefined, and forward() moves the running ones.
  at::Tensor batch_mean;
  at::Tensor batch_variance;  ///< unbiased

 private:
  /// Takes one ReLU, from either side: the two layers then share their passes over memory.
  bool fuse_relu(FusedRelu relu);
  at::Tensor train(const at::Tensor& input);
  at::Tensor evaluate(const at::Tensor& input) const;
  /// Runs the block kernels of training or of evaluation.
  NormalizedInput run(const at::Tensor& input, const at::Tensor& shortcut, bool relu) const;
  /// Runs `normalise(input, scale, shift)` and the fused ReLU as operations of LibTorch.
  template <class Normalise>
  at::Tensor between_relus(const at::Tensor& input, Normalise normalise) const;
  void update_running(const at::Tensor& mean, const at::Tensor& biased_variance, double examples);

  BatchNormSpec spec_;
  int64_t pixels_;
  ProductParameter input_bias_;  ///< what the product before leaves out
  FusedRelu relu_ = FusedRelu::kNone;
  DropoutDraws draws_;
  // These stand in for a scale and a shift that the layer does not have: LibTorch takes bf16 activations with fp32
  // parameters, but not on every path without parameters.
  at::Tensor ones_;
  at::Tensor zeros_;
};

LayerMaker read_batch_norm(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
