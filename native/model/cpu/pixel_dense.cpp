#include "pixel_dense.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <torch/autograd.h>

#include <algorithm>
#include <memory>

#include "../optional_tensor.h"
#include "bf16_split.h"
#include "matrix_product.h"

namespace layer_rotation {
namespace {

/// Splitting fewer numbers than this is not worth another thread.
constexpr int64_t kSplitGrain = 32 * 1024;

const uint16_t* bits(const at::BFloat16* values) { return reinterpret_cast<const uint16_t*>(values); }

/// The largest number of rows of the batch that one thread multiplies at a time. MKL on one thread for each block of
/// rows is a third faster here than MKL on all threads over all rows.
constexpr int64_t kLargestBlock = 512;

/// The rows first … first + rows - 1 of the batch.
struct RowBlock {
  int64_t first;
  int64_t rows;
};

/// Returns block `i` of `count` blocks of nearly equal size.
RowBlock row_block(RowBlock whole, int64_t i, int64_t count) {
  const int64_t begin = whole.rows * i / count, end = whole.rows * (i + 1) / count;
  return {whole.first + begin, end - begin};
}

int64_t block_count(int64_t rows) { return (rows + kLargestBlock - 1) / kLargestBlock; }

class PixelDense : public torch::autograd::Function<PixelDense> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& bytes, double mean,
                            double deviation, const at::Tensor& weight, const std::optional<at::Tensor>& bias) {
    const at::Tensor contiguous = bytes.contiguous(), weights = weight.contiguous();
    const int64_t batch = bytes.size(0), inputs = bytes.size(1), units = weight.size(0);
    const at::Tensor pixels = at::empty({batch, inputs}, at::dtype(at::kBFloat16));
    at::Tensor output = at::empty({batch, units});

    at::Tensor offset = at::sum(weights, 1).mul_(-mean / deviation);
    if (bias) offset.add_(*bias);
    // 1/deviation goes into the parts, because MKL makes a separate pass for a factor other than 1.
    const at::Tensor parts = at::empty({3, units, inputs}, at::dtype(at::kBFloat16));
    auto* part = parts.data_ptr<at::BFloat16>();
    const auto* weight_values = weights.const_data_ptr<float>();
    at::parallel_for(0, weights.numel(), kSplitGrain, [&](int64_t begin, int64_t end) {
      split_into_bf16(weight_values + begin, static_cast<float>(1 / deviation), end - begin, part + begin,
                      weights.numel());
    });

    const auto* byte = contiguous.const_data_ptr<uint8_t>();
    const auto* start = offset.const_data_ptr<float>();
    auto* pixel = pixels.data_ptr<at::BFloat16>();
    float* to = output.data_ptr<float>();
    const int64_t blocks = block_count(batch);
    at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const auto [first, rows] = row_block({0, batch}, i, blocks);
        bytes_to_bf16(byte + first * inputs, pixel + first * inputs, rows * inputs);
        for (int64_t row = first; row < first + rows; ++row) std::copy(start, start + units, to + row * units);
        for (int k = 0; k < 3; ++k) {  // smallest first, which rounds less away
          multiply(Factor<uint16_t>{bits(pixel + first * inputs), inputs},
                   {bits(part + k * units * inputs), inputs, /*transposed=*/true}, rows, units, inputs, 1,
                   to + first * units, units);
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
    const at::Tensor total = at::sum(gradient, 0);
    at::Tensor weight_gradient;
    if (context->needs_input_grad(1)) {  // edges are counted over the tensors: pixels, weight, bias
      weight_gradient = products_of_rows(gradient, pixels, static_cast<float>(1 / deviation));
      weight_gradient.sub_((total * (mean / deviation)).unsqueeze(1));
    }
    const bool has_bias = context->saved_data["has_bias"].toBool();
    const at::Tensor bias_gradient = has_bias && context->needs_input_grad(2) ? total : at::Tensor();
    return {at::Tensor(), at::Tensor(), at::Tensor(), weight_gradient, bias_gradient};
  }

 private:
  /// Computes scale · gradientᵀ pixels. Each thread adds up the product of one slice of the batch, block by block; with
  /// the same number of threads the sum over the slices is the same bit for bit.
  static at::Tensor products_of_rows(const at::Tensor& gradient, const at::Tensor& pixels, float scale) {
    const int64_t batch = pixels.size(0), inputs = pixels.size(1), units = gradient.size(1);
    const int64_t slices = std::min<int64_t>(at::get_num_threads(), block_count(batch));
    const at::Tensor products = at::empty({slices, units, inputs});
    const auto* from = gradient.const_data_ptr<float>();
    const auto* pixel = pixels.const_data_ptr<at::BFloat16>();
    float* to = products.data_ptr<float>();
    at::parallel_for(0, slices, 1, [&](int64_t begin, int64_t end) {
      const auto parts = std::make_unique_for_overwrite<at::BFloat16[]>(3 * kLargestBlock * units);
      for (int64_t slice = begin; slice < end; ++slice) {
        const RowBlock of_slice = row_block({0, batch}, slice, slices);
        const int64_t blocks = block_count(of_slice.rows);
        for (int64_t i = 0; i < blocks; ++i) {
          const auto [first, rows] = row_block(of_slice, i, blocks);
          split_into_bf16(from + first * units, scale, rows * units, parts.get(), rows * units);
          for (int k = 0; k < 3; ++k) {
            multiply(Factor<uint16_t>{bits(parts.get() + k * rows * units), units, /*transposed=*/true},
                     {bits(pixel + first * inputs), inputs}, units, inputs, rows, i == 0 && k == 0 ? 0 : 1,
                     to + slice * units * inputs, inputs);
          }
        }
      }
    });
    return at::sum(products, 0);
  }
};

}  // namespace

at::Tensor pixel_dense(const at::Tensor& pixels, const Normalization& normalization, const at::Tensor& weight,
                       const at::Tensor& bias) {
  const auto [mean, deviation] = normalization.scalar().value();
  return PixelDense::apply(pixels, mean, deviation, weight, if_defined(bias));
}

}  // namespace layer_rotation
