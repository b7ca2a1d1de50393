#pragma once

#include <ATen/core/Generator.h>

#include "../../device/compute.h"
#include "../layer_input.h"
#include "../layer_spec.h"
#include "../module.h"
#include "../window.h"

namespace layer_rotation {

/// [batch, channels, rows, columns] → [batch, filters, …]: cross-correlation with W [filters, channels/groups, …size],
/// plus b.
class Conv : public Module {
 public:
  Conv(const ConvSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
       at::Generator generator);
  at::Tensor forward(const at::Tensor& input) override;
  std::vector<ProductParameter> product_parameters() const override { return {weight_, bias_}; }

  Shape output_shape() const { return {weight.size(0), window_.outputs[0], window_.outputs[1]}; }

  at::Tensor weight;  ///< fp32, in the network's memory format
  at::Tensor bias;    ///< undefined without a bias

 private:
  /// Whether to leave out the pixels that the stride skips before the convolution and not in it.
  bool skips_pixels(const at::Tensor& input) const;

  Window window_;
  int64_t groups_;
  bool has_block_kernels_;
  at::ScalarType precision_;
  ProductParameter weight_;
  ProductParameter bias_;
};

}  // namespace layer_rotation
