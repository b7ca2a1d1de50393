#include "batch_norm_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "../optional_tensor.h"
#include "bf16.h"
#include "channels_last.h"

namespace layer_rotation {
namespace {

/// Returns how many rows the loops take as one: several short rows, as one long row, fill the vector registers.
int64_t rows_in_one(int64_t channels) {
  constexpr int64_t kVector = 32, kWidth = 512;
  const int64_t aligned = kVector / std::gcd(kVector, channels);
  if (aligned * channels > 2 * kWidth) return std::max<int64_t>(1, kWidth / channels);
  return aligned * std::max<int64_t>(1, kWidth / (aligned * channels));
}

/// The division of a matrix [rows, channels] into blocks of long rows. Sums are taken in fp32 within a block and in
/// double over the blocks, in the blocks' order, so they do not depend on the number of threads.
struct Blocks {
  static constexpr int64_t kRows = 32;

  explicit Blocks(const at::Tensor& matrix)
      : channels(matrix.size(1)),
        repeats(rows_in_one(channels)),
        width(channels * repeats),
        rows(matrix.numel() / width),
        rest(matrix.numel() % width),
        count(std::max<int64_t>(1, (rows + kRows - 1) / kRows)) {}

  /// The number of rows of the matrix itself.
  double matrix_rows() const { return static_cast<double>(rows * repeats + rest / channels); }

  /// Calls body(offset, rows, width) for the rows of a block; the last one may be shorter and gets a call to itself.
  template <class Body>
  void in_block(int64_t block, const Body& body) const {
    const int64_t begin = block * kRows, end = std::min(begin + kRows, rows);
    body(begin * width, end - begin, width);
    if (rest > 0 && block == count - 1) body(rows * width, 1, rest);
  }

  /// Calls body(offset, rows, width) for all rows, on LibTorch's threads.
  template <class Body>
  void for_all(const Body& body) const {
    at::parallel_for(0, count, 2, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; ++block) in_block(block, body);
    });
  }

  /// Repeats one value a channel to one value a column.
  std::vector<float> repeat(const std::vector<float>& of_channel) const {
    std::vector<float> of_column;
    of_column.reserve(width);
    for (int64_t i = 0; i < repeats; ++i) of_column.insert(of_column.end(), of_channel.begin(), of_channel.end());
    return of_column;
  }

  int64_t channels;
  int64_t repeats;  ///< rows of the matrix in a long one
  int64_t width;    ///< columns of a long row
  int64_t rows;     ///< long rows
  int64_t rest;     ///< columns of the shorter row after the long ones
  int64_t count;
};

/// Two sums of every channel.
struct ChannelSums {
  std::vector<double> first, second;
};

/// Returns the sums that `add` collects: add(offset, rows, width, first, second) adds rows to the two sums of every
/// column.
template <class Add>
ChannelSums channel_sums(const Blocks& blocks, const Add& add) {
  // A bounded number of slices, with one partial sum each, bounds the work of adding them up.
  constexpr int64_t kSlices = 64;
  const int64_t in_slice = (blocks.count + kSlices - 1) / kSlices, columns = 2 * blocks.width;
  const int64_t slices = (blocks.count + in_slice - 1) / in_slice;
  std::vector<double> partial(slices * columns);
  at::parallel_for(0, slices, 2, [&](int64_t begin, int64_t end) {
    std::vector<float> sums(columns);
    for (int64_t slice = begin; slice < end; ++slice) {
      double* total = partial.data() + slice * columns;
      for (int64_t block = slice * in_slice; block < std::min((slice + 1) * in_slice, blocks.count); ++block) {
        std::fill(sums.begin(), sums.end(), 0);
        blocks.in_block(block, [&](int64_t offset, int64_t rows, int64_t width) {
          add(offset, rows, width, sums.data(), sums.data() + blocks.width);
        });
        for (int64_t i = 0; i < columns; ++i) total[i] += sums[i];
      }
    }
  });
  for (int64_t slice = 1; slice < slices; ++slice) {
    for (int64_t i = 0; i < columns; ++i) partial[i] += partial[slice * columns + i];
  }
  ChannelSums sums{std::vector<double>(blocks.channels), std::vector<double>(blocks.channels)};
  for (int64_t column = 0; column < blocks.width; column += blocks.channels) {
    for (int64_t c = 0; c < blocks.channels; ++c) {
      sums.first[c] += partial[column + c];
      sums.second[c] += partial[blocks.width + column + c];
    }
  }
  return sums;
}

double at_or(const at::Tensor& tensor, int64_t i, double otherwise) {
  return tensor.defined() ? tensor.const_data_ptr<float>()[i] : otherwise;
}

/// The coefficients that turn z into x̂ and y, for each column, from the mean and the biased variance of its channel.
struct Affine {
  Affine(const Blocks& blocks, const at::Tensor& mean, const at::Tensor& variance, const at::Tensor& weight,
         const at::Tensor& bias, double epsilon) {
    std::vector<float> scales(blocks.channels), shifts(scales), inverses(scales), centres(scales);
    const float *means = mean.const_data_ptr<float>(), *variances = variance.const_data_ptr<float>();
    for (int64_t c = 0; c < blocks.channels; ++c) {
      const double inverse = 1 / std::sqrt(variances[c] + epsilon), factor = at_or(weight, c, 1) * inverse;
      inverses[c] = static_cast<float>(inverse);
      centres[c] = static_cast<float>(means[c] * inverse);
      scales[c] = static_cast<float>(factor);
      shifts[c] = static_cast<float>(at_or(bias, c, 0) - means[c] * factor);
    }
    scale = blocks.repeat(scales);
    shift = blocks.repeat(shifts);
    invstd = blocks.repeat(inverses);
    centre = blocks.repeat(centres);
  }

  NormalizationColumns columns() const { return {scale.data(), shift.data(), invstd.data(), centre.data()}; }

  std::vector<float> scale, shift, invstd, centre;
};

at::Tensor normalized(const at::Tensor& input, const Blocks& blocks, const Affine& affine, FusedRelu relu) {
  at::Tensor output = at::empty_like(input);
  with_number(input, [&](auto number) {
    const auto* x = numbers<decltype(number)>(input);
    auto* y = mutable_numbers<decltype(number)>(output);
    blocks.for_all([&](int64_t offset, int64_t rows, int64_t width) {
      normalize(x + offset, rows, width, affine.scale.data(), affine.shift.data(), relu, y + offset);
    });
  });
  return output;
}

/// Writes the mean and the biased variance of each channel.
template <class Number>
void measure(const Number* x, const Blocks& blocks, FusedRelu relu, float* mean, float* variance) {
  std::vector<float> first_row(blocks.channels);
  for (int64_t c = 0; c < blocks.channels; ++c) {
    const float z = to_float(x[c]);
    first_row[c] = relu == FusedRelu::kBefore && z < 0 ? 0 : z;
  }
  const std::vector<float> origin = blocks.repeat(first_row);
  const ChannelSums sums =
      channel_sums(blocks, [&](int64_t offset, int64_t rows, int64_t width, float* sum, float* squares) {
        add_moments(x + offset, rows, width, origin.data(), relu, sum, squares);
      });
  for (int64_t c = 0; c < blocks.channels; ++c) {
    const double offset = sums.first[c] / blocks.matrix_rows();
    mean[c] = static_cast<float>(first_row[c] + offset);
    variance[c] = static_cast<float>(std::max(0.0, sums.second[c] / blocks.matrix_rows() - offset * offset));
  }
}

class BatchNormCpu : public torch::autograd::Function<BatchNormCpu> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                                                const std::optional<at::Tensor>& given_weight,
                                                const std::optional<at::Tensor>& given_bias, double epsilon,
                                                FusedRelu relu) {
    const at::Tensor weight = given_weight.value_or(at::Tensor()), bias = given_bias.value_or(at::Tensor());
    const at::Tensor input = as_matrix(given);
    const Blocks blocks(input);
    at::Tensor mean = at::empty({blocks.channels}), variance = at::empty({blocks.channels});
    with_number(input, [&](auto number) {
      measure(numbers<decltype(number)>(input), blocks, relu, mean.data_ptr<float>(), variance.data_ptr<float>());
    });
    context->save_for_backward({input, weight, bias, mean, variance});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["relu"] = static_cast<int64_t>(relu);
    context->mark_non_differentiable({mean, variance});
    return {normalized(input, blocks, Affine(blocks, mean, variance, weight, bias, epsilon), relu), mean, variance};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &bias = saved[2];
    const at::Tensor gradient = as_matrix(gradients[0]);
    const Blocks blocks(input);
    const Affine affine(blocks, saved[3], saved[4], weight, bias, context->saved_data["epsilon"].toDouble());
    const auto relu = static_cast<FusedRelu>(context->saved_data["relu"].toInt());

    const ChannelSums sums = with_number(input, [&](auto number) {
      const auto *x = numbers<decltype(number)>(input), *g = numbers<decltype(number)>(gradient);
      return channel_sums(blocks, [&](int64_t offset, int64_t rows, int64_t width, float* sum, float* dot) {
        add_gradient_sums(g + offset, x + offset, rows, width, affine.columns(), relu, sum, dot);
      });
    });
    at::Tensor to;
    if (context->needs_input_grad(0)) {
      to = at::empty_like(input);
      const std::vector<float> mean_sum = blocks.repeat(means(sums.first, blocks));
      const std::vector<float> mean_dot = blocks.repeat(means(sums.second, blocks));
      with_number(input, [&](auto number) {
        const auto *x = numbers<decltype(number)>(input), *g = numbers<decltype(number)>(gradient);
        auto* target = mutable_numbers<decltype(number)>(to);
        blocks.for_all([&](int64_t offset, int64_t rows, int64_t width) {
          input_gradient(g + offset, x + offset, rows, width, affine.columns(), mean_sum.data(), mean_dot.data(), relu,
                         target + offset);
        });
      });
    }
    return {to, weight.defined() ? as_tensor(sums.second) : at::Tensor(),
            bias.defined() ? as_tensor(sums.first) : at::Tensor(), at::Tensor(), at::Tensor()};
  }

 private:
  static std::vector<float> means(const std::vector<double>& sums, const Blocks& blocks) {
    std::vector<float> means(sums.size());
    for (size_t c = 0; c < sums.size(); ++c) means[c] = static_cast<float>(sums[c] / blocks.matrix_rows());
    return means;
  }

  static at::Tensor as_tensor(const std::vector<double>& sums) {
    at::Tensor tensor = at::empty({static_cast<int64_t>(sums.size())});
    std::copy(sums.begin(), sums.end(), tensor.data_ptr<float>());
    return tensor;
  }
};

}  // namespace

BatchNormResult batch_norm_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                               double epsilon, FusedRelu relu) {
  const auto results = BatchNormCpu::apply(input, if_defined(weight), if_defined(bias), epsilon, relu);
  return {results[0], results[1], results[2]};
}

at::Tensor batch_norm_cpu_inference(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                    const at::Tensor& running_mean, const at::Tensor& running_variance, double epsilon,
                                    FusedRelu relu) {
  const at::Tensor matrix = as_matrix(input);
  const Blocks blocks(matrix);
  return normalized(matrix, blocks, Affine(blocks, running_mean, running_variance, weight, bias, epsilon), relu);
}

}  // namespace layer_rotation
