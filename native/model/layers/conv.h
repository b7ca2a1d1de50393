#pragma once

#include <ATen/core/Generator.h>

#include "../../device/compute.h"
#include "../initializer.h"
#include "../layer_spec.h"
#include "../window.h"
#include "product_bias.h"

namespace layer_rotation {

/// The settings of the type 'conv' in src/model/layers.ts.
struct ConvSpec {
  int64_t filters;  ///< at least 1, a multiple of `groups`
  WindowSpec window;
  int64_t groups;  ///< at least 1; divides the input's channels
  bool bias;
  InitializerSpec init;
  InitializerSpec bias_init;  ///< not kOrthogonal
};

/// [batch, channels, rows, columns] → [batch, filters, …]: cross-correlation with W [filters, channels/groups, …size],
/// plus b. Block kernels also compute the ReLU that comes next, if there is a bias.
class Conv : public Module {
 public:
  Conv(const ConvSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
       at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;
  at::Tensor monitored_weight() const override { return weight; }
  std::vector<ProductParameter> product_parameters() const override { return {weight_, bias_.parameter()}; }
  bool fuse_relu_after() override { return bias_.fuse_relu(); }
  const ProductParameter* loose_bias() const override { return bias_.loose(); }
  void leave_out_bias() override { bias_.leave_out(); }

  Shape output_shape() const { return {weight.size(0), window_.outputs[0], window_.outputs[1]}; }

  at::Tensor weight;  ///< fp32, in the network's memory format
  at::Tensor bias;    ///< fp32; undefined if the layer has none

 private:
  /// Puts the additional padding of the window behind the images.
  at::Tensor padded(const at::Tensor& input) const;

  Window window_;
  int64_t groups_;
  bool has_block_kernels_;
  at::ScalarType precision_;
  ProductParameter weight_;
  ProductBias bias_;
};

LayerMaker read_conv(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
