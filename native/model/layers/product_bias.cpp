#include "product_bias.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>

#include "../block/bias_relu_block.h"
#include "../cpu/channels_last.h"

namespace layer_rotation {

bool ProductBias::fuse_relu() {
  if (!can_move()) return false;
  adder_ = Adder::kRelu;
  return true;
}

at::Tensor ProductBias::finish(const at::Tensor& product) const {
  if (adder_ != Adder::kRelu) return product;
  const at::Tensor bias = parameter_.factor();
  if (product.is_contiguous(rows_format(product))) return bias_relu_block(product, bias);
  return at::relu(product + bias.view({-1, 1, 1}));
}

}  // namespace layer_rotation
