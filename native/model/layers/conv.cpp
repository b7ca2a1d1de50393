#include "conv.h"

#include <ATen/ops/conv2d.h>
#include <torch/types.h>

#include "../../arguments/argument.h"
#include "../block/pad_block.h"
#include "../builder.h"
#include "../cpu/channels_last.h"
#include "../cpu/conv_cpu.h"
#include "../cpu/visited_pixels.h"
#include "../optional_tensor.h"

namespace layer_rotation {
namespace {

const ConvSpec& checked(const ConvSpec& spec, const LayerInput& input) {
  input.expect_image("a convolution");
  const auto count = [](int64_t n) { return std::to_string(n); };
  const std::string groups = count(spec.filters) + " filters in " + count(spec.groups) + " groups";
  if (spec.filters % spec.groups != 0) {
    input.refuse("a convolution of " + groups + " needs a multiple of " + count(spec.groups) + " filters");
  }
  if (input.shape[0] % spec.groups != 0) {
    input.refuse("a convolution of " + groups + " takes a multiple of " + count(spec.groups) + " channels");
  }
  return spec;
}

}  // namespace

LayerMaker read_conv(const Argument& layer, LayerReader&) {
  const ConvSpec spec{layer["filters"].integer(1),     read_window(layer, "kernel"),
                      layer["groups"].integer(1),      layer["bias"].boolean(),
                      read_initializer(layer["init"]), read_bias_initializer(layer["biasInit"])};
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    const auto conv = std::make_shared<Conv>(spec, input, builder.compute(), builder.device(), builder.initial());
    return {conv, conv->output_shape()};
  };
}

Conv::Conv(const ConvSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device,
           at::Generator generator)
    : window_(checked(spec, input).window, input),
      groups_(spec.groups),
      has_block_kernels_(compute.backend == Backend::kBlock),
      precision_(compute.precision) {
  const Size2 size = window_.size;
  at::Tensor initial = torch::empty({spec.filters, input.shape[0] / spec.groups, size[0], size[1]});
  const Fans fans = fans_of(initial);
  // The order of the draws is [filters, channels, rows, columns], so the values do not depend on the memory format.
  initialize(initial, spec.init, fans, generator);
  // For a window of 1 × 1, contiguous() would leave strides from which LibTorch does not recognise the format.
  weight = register_parameter("weight", initial.to(device).clone(compute.memory_format));
  weight_ = ProductParameter(weight, compute);
  if (!spec.bias) return;
  at::Tensor initial_bias = torch::empty({spec.filters});
  initialize(initial_bias, spec.bias_init, fans, generator);
  bias = register_parameter("bias", initial_bias.to(device));
  bias_ = ProductBias(bias, compute);
}

at::Tensor Conv::padded(const at::Tensor& input) const {
  if (has_block_kernels_ && window_.is_uneven() && input.is_contiguous(at::MemoryFormat::ChannelsLast)) {
    return pad_block(input, window_.extra);
  }
  return window_.pad_extra(input, 0);
}

at::Tensor Conv::forward(const at::Tensor& input) {
  at::Tensor x = padded(cast(input, precision_));
  Size2 stride = window_.stride;
  if (needs_visited_pixels(x, weight, stride, window_.padding)) {
    x = visited_pixels(x, stride);
    stride = {1, 1};
  }
  if (groups_ == 1 && !has_block_kernels_ && is_matrix_on_cpu(x))
    return conv_cpu(x, weight, bias, stride, window_.padding);
  return bias_.finish(at::conv2d(x, weight_.factor(), if_defined(bias_.of_product()), stride, window_.padding,
                                 /*dilation=*/1, groups_));
}

}  // namespace layer_rotation
