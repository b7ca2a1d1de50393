#pragma once

#include "../product_parameter.h"

namespace layer_rotation {

/// The bias of a convolution or of a dense layer, and who adds it. LibTorch adds it with the product; behind that,
/// adding it and summing its gradient are launches of their own. Block kernels add it in a pass that has to be made
/// anyway: the one of a ReLU, or that of a batch norm.
class ProductBias {
 public:
  /// Stands for a bias that the layer does not have.
  ProductBias() = default;
  ProductBias(const at::Tensor& bias, const ComputeSpec& compute)
      : parameter_(bias, compute), has_block_kernels_(compute.backend == Backend::kBlock) {}

  const ProductParameter& parameter() const { return parameter_; }

  /// Has finish() apply a ReLU. Returns whether that saves a pass over memory.
  bool fuse_relu();
  /// Returns the parameter if another module may add it: see Module::loose_bias().
  const ProductParameter* loose() const { return can_move() ? &parameter_ : nullptr; }
  void leave_out() { adder_ = Adder::kNextModule; }

  /// The bias to multiply with; undefined if something else adds it.
  at::Tensor of_product() const { return adder_ == Adder::kProduct ? parameter_.factor() : at::Tensor(); }
  /// Makes the layer's output of a product with of_product().
  at::Tensor finish(const at::Tensor& product) const;

 private:
  enum class Adder { kProduct, kRelu, kNextModule };
  bool can_move() const { return has_block_kernels_ && parameter_.parameter().defined() && adder_ == Adder::kProduct; }

  ProductParameter parameter_;
  bool has_block_kernels_ = false;
  Adder adder_ = Adder::kProduct;
};

}  // namespace layer_rotation
