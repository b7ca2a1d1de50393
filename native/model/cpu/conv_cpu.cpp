#include "conv_cpu.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <torch/autograd.h>

#include "../../device/cpu_features.h"
#include "../optional_tensor.h"
#include "channels_last.h"
#include "conv_products.h"
#include "conv_winograd.h"
#include "matrix_product.h"

namespace layer_rotation {
namespace {

constexpr int64_t kDilation[] = {1, 1}, kOutputPadding[] = {0, 0};

/// The ways to compute a pass of a convolution: oneDNN's convolution, conv_products.h or conv_winograd.h.
enum class Method { kOneDnn, kProducts, kWinograd };

bool is_bf16(const at::Tensor& input) { return input.scalar_type() == at::kBFloat16; }

bool has_products(const at::Tensor& input) {
  return is_bf16(input) ? has_fast_bf16_products() : has_fast_fp32_products();
}

/// Returns whether arithmetic in fp32 is the fastest: without AMX, oneDNN's convolutions in bf16 are slower than its
/// own in fp32.
bool is_fp32_fastest(const at::Tensor& input) {
  static const bool has_amx = has_amx_bf16();
  return !is_bf16(input) || !has_amx;
}

// The bounds below are measured (Xeon with AMX, two threads, LibTorch 2.13): beyond them oneDNN takes up to 18 times as
// long as MKL's products in bf16, up to 4 times in fp32.

/// Returns whether the output and the gradient of the input are faster as matrix products: oneDNN reads the weights
/// again for every image.
bool suit_products(const ConvGeometry& conv) {
  constexpr int64_t kWeightsPerPixel = 1 << 16;
  return conv.patch() * conv.filters >= kWeightsPerPixel * conv.output_pixels();
}

Method activations_method(const ConvGeometry& conv, const at::Tensor& input) {
  if (is_fp32_fastest(input) && suits_winograd(conv)) return Method::kWinograd;
  return has_products(input) && suit_products(conv) ? Method::kProducts : Method::kOneDnn;
}

bool is_weight_gradient_by_products(const ConvGeometry& conv, const at::Tensor& input) {
  constexpr int64_t kTinyImage = 16, kSmallImage = 64, kManyWeights = 1 << 15;
  if (!has_products(input)) return false;
  if (!is_bf16(input)) return suit_products(conv);
  if (conv.output_pixels() <= kTinyImage) return true;
  return conv.output_pixels() <= kSmallImage && conv.patch() * conv.filters >= kManyWeights;
}

Method weight_gradient_method(const ConvGeometry& conv, const at::Tensor& input) {
  if (is_fp32_fastest(input) && suits_winograd_weight_gradient(conv)) return Method::kWinograd;
  return is_weight_gradient_by_products(conv, input) ? Method::kProducts : Method::kOneDnn;
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
    const Method method = activations_method(conv, input);
    if (method == Method::kOneDnn) {
      return at::conv2d(input, weight, bias ? std::optional(bias->to(input.scalar_type())) : bias, stride, padding);
    }
    at::Tensor output = at::empty({conv.batch, conv.filters, conv.output[0], conv.output[1]}, input.options(),
                                  at::MemoryFormat::ChannelsLast);
    with_number(input, [&](auto number) {
      using Number = decltype(number);
      const auto compute = method == Method::kWinograd ? winograd_output<Number> : conv_output<Number>;
      compute(conv, numbers<Number>(input), numbers<Number>(weight), bias ? bias->const_data_ptr<float>() : nullptr,
              mutable_numbers<Number>(output));
    });
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
    const Method input_method = activations_method(conv, input), weight_method = weight_gradient_method(conv, input);
    const bool own_input = wants_input && input_method != Method::kOneDnn;
    const bool own_weight = wants_weight && weight_method != Method::kOneDnn;

    // One call for both, because oneDNN may share work between them.
    auto [to_input, to_weight, unused] =
        at::convolution_backward(gradient, input, weight, at::OptionalIntArrayRef(), stride, padding, kDilation,
                                 /*transposed=*/false, kOutputPadding, /*groups=*/1,
                                 {wants_input && !own_input, wants_weight && !own_weight, false});
    with_number(input, [&, &of_input = to_input, &of_weight = to_weight](auto number) {
      using Number = decltype(number);
      if (own_input) {
        of_input = at::empty_like(input);
        const auto compute =
            input_method == Method::kWinograd ? winograd_input_gradient<Number> : conv_input_gradient<Number>;
        compute(conv, numbers<Number>(gradient), numbers<Number>(weight), mutable_numbers<Number>(of_input));
      }
      if (own_weight) {
        of_weight = at::empty(weight.sizes(), at::dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
        const auto compute =
            weight_method == Method::kWinograd ? winograd_weight_gradient<Number> : conv_weight_gradient<Number>;
        compute(conv, numbers<Number>(gradient), numbers<Number>(input), of_weight.template data_ptr<float>());
      }
    });
    if (wants_weight) to_weight = to_weight.to(at::kFloat);
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
