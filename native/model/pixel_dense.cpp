#include "pixel_dense.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <torch/autograd.h>

#include <algorithm>

#include "bf16_split.h"
#include "optional_tensor.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// MKL's product of bf16 matrices accumulated in fp32. LibTorch's builds with MKL export it; elsewhere it is null.
extern "C" __attribute__((weak)) void cblas_gemm_bf16bf16f32(int layout, int transpose_a, int transpose_b, int m, int n,
                                                             int k, float alpha, const void* a, int lda, const void* b,
                                                             int ldb, float beta, float* c, int ldc);

namespace layer_rotation {
namespace {

constexpr int kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;

/// Most rows of the batch that one thread multiplies at a time: MKL on one thread a block of rows is a quarter faster
/// than MKL on all threads over all rows.
constexpr int64_t kLargestBlock = 512;

bool has_amx_bf16() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & kAmxBf16) && (d & kAmxTile);
#else
  return false;
#endif
}

class PixelDense : public torch::autograd::Function<PixelDense> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& bytes, double mean,
                            double deviation, const at::Tensor& weight, const std::optional<at::Tensor>& bias) {
    const at::Tensor contiguous = bytes.contiguous();
    const auto batch = static_cast<int>(bytes.size(0)), inputs = static_cast<int>(bytes.size(1));
    const auto units = static_cast<int>(weight.size(0));
    const at::Tensor pixels = at::empty({batch, inputs}, at::dtype(at::kBFloat16));
    at::Tensor output = at::empty({batch, units});

    at::Tensor offset = at::sum(weight, 1).mul_(-mean / deviation);
    if (bias) offset.add_(*bias);
    // 1/deviation goes into the parts: MKL takes a pass of its own for a factor other than 1.
    const auto parts = split_into_bf16(weight.contiguous(), static_cast<float>(1 / deviation));
    const auto* byte = contiguous.const_data_ptr<uint8_t>();
    const auto* start = offset.const_data_ptr<float>();
    auto* pixel = pixels.data_ptr<at::BFloat16>();
    float* to = output.data_ptr<float>();
    const int64_t blocks = (batch + kLargestBlock - 1) / kLargestBlock;
    at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; ++block) {
        const int64_t first = batch * block / blocks, last = batch * (block + 1) / blocks;
        bytes_to_bf16(byte + first * inputs, pixel + first * inputs, (last - first) * inputs);
        for (int64_t row = first; row < last; ++row) std::copy(start, start + units, to + row * units);
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {  // smallest first: less is lost
          cblas_gemm_bf16bf16f32(kRowMajor, kNoTranspose, kTranspose, static_cast<int>(last - first), units, inputs, 1,
                                 pixel + first * inputs, inputs, part->const_data_ptr(), inputs, 1, to + first * units,
                                 units);
        }
      }
    });
    context->save_for_backward({pixels});
    context->saved_data["mean"] = mean;
    context->saved_data["deviation"] = deviation;
    context->saved_data["has_bias"] = bias.has_value();
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor gradient = gradients[0].contiguous();
    const at::Tensor pixels = context->get_saved_variables()[0];
    const double mean = context->saved_data["mean"].toDouble();
    const double deviation = context->saved_data["deviation"].toDouble();
    const auto batch = static_cast<int>(pixels.size(0)), inputs = static_cast<int>(pixels.size(1));
    const auto units = static_cast<int>(gradient.size(1));

    const at::Tensor total = at::sum(gradient, 0);
    at::Tensor weight_gradient;
    if (context->needs_input_grad(1)) {  // edges are counted over the tensors: pixels, weight, bias
      weight_gradient = (total * (-mean / deviation)).unsqueeze(1).expand({units, inputs}).contiguous();
      const auto parts = split_into_bf16(gradient, static_cast<float>(1 / deviation));
      for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        cblas_gemm_bf16bf16f32(kRowMajor, kTranspose, kNoTranspose, units, inputs, batch, 1, part->const_data_ptr(),
                               units, pixels.const_data_ptr(), inputs, 1, weight_gradient.data_ptr<float>(), inputs);
      }
    }
    const bool has_bias = context->saved_data["has_bias"].toBool();
    const at::Tensor bias_gradient = has_bias && context->needs_input_grad(2) ? total : at::Tensor();
    return {at::Tensor(), at::Tensor(), at::Tensor(), weight_gradient, bias_gradient};
  }
};

}  // namespace

bool has_fast_pixel_products() {
  static const bool fast = cblas_gemm_bf16bf16f32 != nullptr && has_amx_bf16();
  return fast;
}

at::Tensor pixel_dense(const at::Tensor& pixels, const Normalization& normalization, const at::Tensor& weight,
                       const at::Tensor& bias) {
  return PixelDense::apply(pixels, normalization.mean, normalization.deviation, weight, if_defined(bias));
}

}  // namespace layer_rotation
