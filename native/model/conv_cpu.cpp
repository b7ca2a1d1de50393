#include "conv_cpu.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <torch/autograd.h>

#include "bf16_product.h"
#include "channels_last.h"
#include "conv_products.h"
#include "optional_tensor.h"

namespace layer_rotation {
namespace {

constexpr int64_t kDilation[] = {1, 1}, kOutputPadding[] = {0, 0};

bool has_products(const at::Tensor& input) { return input.scalar_type() == at::kBFloat16 && has_fast_bf16_products(); }

// The bounds are measured (Xeon with AMX, two threads, LibTorch 2.13); beyond them oneDNN is up to 18 times slower.

/// Output or input gradient: oneDNN reads the weights again for every image.
bool suits_activations(const ConvGeometry& conv) {
  constexpr int64_t kWeightsPerPixel = 1 << 16;
  return conv.patch() * conv.filters >= kWeightsPerPixel * conv.output_pixels();
}

bool suits_weight_gradient(const ConvGeometry& conv) {
  constexpr int64_t kTinyImage = 16, kSmallImage = 64, kManyWeights = 1 << 15;
  if (conv.output_pixels() <= kTinyImage) return true;
  return conv.output_pixels() <= kSmallImage && conv.patch() * conv.filters >= kManyWeights;
}

class ConvCpu : public torch::autograd::Function<ConvCpu> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& given_weight, const std::optional<at::Tensor>& bias,
                            std::vector<int64_t> stride, std::vector<int64_t> padding) {
    const at::Tensor input = as_matrix(given), weight = as_matrix(given_weight.to(input.scalar_type()));
    context->save_for_backward({input, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["has_bias"] = bias.has_value();
    const ConvGeometry conv = geometry(input, weight, stride, padding);
    if (!has_products(input) || !suits_activations(conv)) {
      return at::conv2d(input, weight, bias ? std::optional(bias->to(input.scalar_type())) : bias, stride, padding);
    }
    at::Tensor output = at::empty({conv.batch, conv.filters, conv.output[0], conv.output[1]}, input.options(),
                                  at::MemoryFormat::ChannelsLast);
    conv_output(conv, numbers<uint16_t>(input), numbers<uint16_t>(weight),
                bias ? bias->contiguous().const_data_ptr<float>() : nullptr, mutable_numbers<uint16_t>(output));
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], gradient = as_matrix(gradients[0]);
    const std::vector<int64_t> stride = context->saved_data["stride"].toIntVector();
    const std::vector<int64_t> padding = context->saved_data["padding"].toIntVector();
    const ConvGeometry conv = geometry(input, weight, stride, padding);
    const bool wants_input = context->needs_input_grad(0), wants_weight = context->needs_input_grad(1);
    const bool own_input = wants_input && has_products(input) && suits_activations(conv);
    const bool own_weight = wants_weight && has_products(input) && suits_weight_gradient(conv);

    // In one call, oneDNN may share work between the two.
    auto [to_input, to_weight, unused] =
        at::convolution_backward(gradient, input, weight, at::OptionalIntArrayRef(), stride, padding, kDilation,
                                 /*transposed=*/false, kOutputPadding, /*groups=*/1,
                                 {wants_input && !own_input, wants_weight && !own_weight, false});
    if (own_input) {
      to_input = at::empty_like(input);
      conv_input_gradient(conv, numbers<uint16_t>(gradient), numbers<uint16_t>(weight),
                          mutable_numbers<uint16_t>(to_input));
    }
    if (own_weight) {
      to_weight = at::empty(weight.sizes(), at::dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
      conv_weight_gradient(conv, numbers<uint16_t>(gradient), numbers<uint16_t>(input), to_weight.data_ptr<float>());
    } else if (wants_weight) {
      to_weight = to_weight.to(at::kFloat);
    }
    const bool wants_bias = context->saved_data["has_bias"].toBool() && context->needs_input_grad(2);
    const at::Tensor to_bias = wants_bias ? at::sum(gradient, {0, 2, 3}, /*keepdim=*/false, at::kFloat) : at::Tensor();
    return {to_input, to_weight, to_bias, at::Tensor(), at::Tensor()};
  }

 private:
  static ConvGeometry geometry(const at::Tensor& input, const at::Tensor& weight, const std::vector<int64_t>& stride,
                               const std::vector<int64_t>& padding) {
    ConvGeometry conv{.batch = input.size(0),
                      .channels = input.size(1),
                      .filters = weight.size(0),
                      .input = {},
                      .kernel = {},
                      .stride = {},
                      .padding = {},
                      .output = {}};
    for (int d = 0; d < 2; ++d) {
      conv.input[d] = input.size(d + 2);
      conv.kernel[d] = weight.size(d + 2);
      conv.stride[d] = stride[d];
      conv.padding[d] = padding[d];
      conv.output[d] = (conv.input[d] + 2 * padding[d] - conv.kernel[d]) / stride[d] + 1;
    }
    return conv;
  }
};

}  // namespace

at::Tensor conv_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                    std::array<int64_t, 2> stride, std::array<int64_t, 2> padding) {
  return ConvCpu::apply(input, weight, if_defined(bias), std::vector(stride.begin(), stride.end()),
                        std::vector(padding.begin(), padding.end()));
}

}  // namespace layer_rotation
