#include "batch_norm_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../clones.h"
#include "optional_tensor.h"

namespace layer_rotation {
namespace {

// Rows are summed in fp32 within a block and in double over the blocks, in their order: the sums do not depend on the
// number of threads.
constexpr int64_t kBlockRows = 32;

int64_t block_count(int64_t rows) { return (rows + kBlockRows - 1) / kBlockRows; }

/// Two sums a channel and block, [blocks][2][channels].
struct BlockSums {
  BlockSums(int64_t rows, int64_t channels)
      : blocks(block_count(rows)), channels(channels), values(blocks * 2 * channels) {}

  float* first(int64_t block) { return values.data() + 2 * block * channels; }
  float* second(int64_t block) { return first(block) + channels; }

  /// Totals of the two sums of every channel, [2][channels].
  std::vector<double> total() const {
    std::vector<double> total(2 * channels);
    for (int64_t block = 0; block < blocks; ++block) {
      const float* sums = values.data() + 2 * block * channels;
      for (int64_t i = 0; i < 2 * channels; ++i) total[i] += sums[i];
    }
    return total;
  }

  int64_t blocks;
  int64_t channels;
  std::vector<float> values;
};

/// Calls body(block, first row, end row) for every block of rows, on LibTorch's threads.
template <class Body>
void for_blocks(int64_t rows, const Body& body) {
  at::parallel_for(0, block_count(rows), 2, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      body(block, block * kBlockRows, std::min((block + 1) * kBlockRows, rows));
    }
  });
}

/// Σ(x − origin) and Σ(x − origin)²: with an origin near the mean, the variance does not cancel.
LAYER_ROTATION_CLONES void add_moments(const float* __restrict x, const float* __restrict origin, int64_t channels,
                                       float* __restrict sum, float* __restrict squares) {
  for (int64_t c = 0; c < channels; ++c) {
    const float centred = x[c] - origin[c];
    sum[c] += centred;
    squares[c] += centred * centred;
  }
}

/// y = scale·x + shift, then ReLU if asked. A NaN stays one.
LAYER_ROTATION_CLONES void scale_and_shift(const float* __restrict x, const float* __restrict scale,
                                           const float* __restrict shift, bool relu, int64_t channels,
                                           float* __restrict y) {
  for (int64_t c = 0; c < channels; ++c) {
    const float value = scale[c] * x[c] + shift[c];
    y[c] = relu && value < 0 ? 0 : value;
  }
}

/// The way back through y = relu(scale·x + shift), with x̂ = invstd·x − centre; one entry a channel.
struct Backward {
  const float* scale;
  const float* shift;
  const float* invstd;
  const float* centre;
  bool relu;
};

/// The gradient behind the ReLU: `relu` is a constant where this is inlined, so the loops have no branch.
LAYER_ROTATION_INLINE float through_relu(bool relu, float gradient, float y) { return !relu || y > 0 ? gradient : 0; }

LAYER_ROTATION_INLINE void add_gradient_sums(const Backward& b, bool relu, const float* __restrict gradient,
                                             const float* __restrict x, int64_t channels, float* __restrict sum,
                                             float* __restrict dot) {
  const float* __restrict scale = b.scale, * __restrict shift = b.shift;
  const float* __restrict invstd = b.invstd, * __restrict centre = b.centre;
  for (int64_t c = 0; c < channels; ++c) {
    const float g = through_relu(relu, gradient[c], scale[c] * x[c] + shift[c]);
    sum[c] += g;
    dot[c] += g * (invstd[c] * x[c] - centre[c]);
  }
}

/// Adds a row's Σg (the gradient of β) and Σg·x̂ (that of γ).
LAYER_ROTATION_CLONES void gradient_sums(const Backward& b, const float* gradient, const float* x, int64_t channels,
                                         float* sum, float* dot) {
  if (b.relu) return add_gradient_sums(b, true, gradient, x, channels, sum, dot);
  add_gradient_sums(b, false, gradient, x, channels, sum, dot);
}

LAYER_ROTATION_INLINE void write_input_gradient(const Backward& b, bool relu, const float* __restrict gradient,
                                                const float* __restrict x, const float* __restrict mean_sum,
                                                const float* __restrict mean_dot, int64_t channels,
                                                float* __restrict to) {
  const float* __restrict scale = b.scale, * __restrict shift = b.shift;
  const float* __restrict invstd = b.invstd, * __restrict centre = b.centre;
  for (int64_t c = 0; c < channels; ++c) {
    const float g = through_relu(relu, gradient[c], scale[c] * x[c] + shift[c]);
    to[c] = scale[c] * (g - mean_sum[c] - (invstd[c] * x[c] - centre[c]) * mean_dot[c]);
  }
}

/// A row of ∂x = scale·(g − Σg/n − x̂·Σ(g·x̂)/n).
LAYER_ROTATION_CLONES void input_gradient(const Backward& b, const float* gradient, const float* x,
                                          const float* mean_sum, const float* mean_dot, int64_t channels, float* to) {
  if (b.relu) return write_input_gradient(b, true, gradient, x, mean_sum, mean_dot, channels, to);
  write_input_gradient(b, false, gradient, x, mean_sum, mean_dot, channels, to);
}

at::Tensor normalized(const at::Tensor& input, const std::vector<float>& scale, const std::vector<float>& shift,
                      bool relu) {
  const int64_t rows = input.size(0), channels = input.size(1);
  at::Tensor output = at::empty_like(input);
  const float* from = input.const_data_ptr<float>();
  float* to = output.data_ptr<float>();
  for_blocks(rows, [&](int64_t, int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      scale_and_shift(from + row * channels, scale.data(), shift.data(), relu, channels, to + row * channels);
    }
  });
  return output;
}

double at_or(const at::Tensor& tensor, int64_t i, double otherwise) {
  return tensor.defined() ? tensor.const_data_ptr<float>()[i] : otherwise;
}

/// What turns x into x̂ and y, from a mean and a biased variance.
struct Affine {
  std::vector<float> scale, shift, invstd, centre;

  Affine(const float* mean, const float* variance, const at::Tensor& weight, const at::Tensor& bias, double epsilon,
         int64_t channels)
      : scale(channels), shift(channels), invstd(channels), centre(channels) {
    for (int64_t c = 0; c < channels; ++c) {
      const double inverse = 1 / std::sqrt(variance[c] + epsilon), factor = at_or(weight, c, 1) * inverse;
      invstd[c] = static_cast<float>(inverse);
      centre[c] = static_cast<float>(mean[c] * inverse);
      scale[c] = static_cast<float>(factor);
      shift[c] = static_cast<float>(at_or(bias, c, 0) - mean[c] * factor);
    }
  }
};

class BatchNormCpu : public torch::autograd::Function<BatchNormCpu> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                                                const std::optional<at::Tensor>& given_weight,
                                                const std::optional<at::Tensor>& given_bias, double epsilon,
                                                bool relu) {
    const at::Tensor weight = given_weight.value_or(at::Tensor()), bias = given_bias.value_or(at::Tensor());
    const at::Tensor input = given.contiguous();
    const int64_t rows = input.size(0), channels = input.size(1);
    const float* x = input.const_data_ptr<float>();
    BlockSums sums(rows, channels);
    for_blocks(rows, [&](int64_t block, int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        add_moments(x + row * channels, x, channels, sums.first(block), sums.second(block));
      }
    });
    const std::vector<double> total = sums.total();
    at::Tensor mean = at::empty({channels}), variance = at::empty({channels});
    for (int64_t c = 0; c < channels; ++c) {
      const double offset = total[c] / rows;
      mean.data_ptr<float>()[c] = static_cast<float>(x[c] + offset);
      variance.data_ptr<float>()[c] = static_cast<float>(std::max(0.0, total[channels + c] / rows - offset * offset));
    }
    const Affine affine(mean.const_data_ptr<float>(), variance.const_data_ptr<float>(), weight, bias, epsilon,
                        channels);
    context->save_for_backward({input, weight, bias, mean, variance});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["relu"] = relu;
    context->mark_non_differentiable({mean, variance});
    return {normalized(input, affine.scale, affine.shift, relu), mean, variance};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &bias = saved[2];
    const at::Tensor gradient = gradients[0].contiguous();
    const int64_t rows = input.size(0), channels = input.size(1);
    const Affine affine(saved[3].const_data_ptr<float>(), saved[4].const_data_ptr<float>(), weight, bias,
                        context->saved_data["epsilon"].toDouble(), channels);
    const Backward way{affine.scale.data(), affine.shift.data(), affine.invstd.data(), affine.centre.data(),
                       context->saved_data["relu"].toBool()};
    const float *x = input.const_data_ptr<float>(), *g = gradient.const_data_ptr<float>();

    BlockSums sums(rows, channels);
    for_blocks(rows, [&](int64_t block, int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        gradient_sums(way, g + row * channels, x + row * channels, channels, sums.first(block), sums.second(block));
      }
    });
    const std::vector<double> total = sums.total();
    std::vector<float> mean_sum(channels), mean_dot(channels);
    at::Tensor weight_gradient, bias_gradient;
    if (weight.defined()) weight_gradient = at::empty({channels});
    if (bias.defined()) bias_gradient = at::empty({channels});
    for (int64_t c = 0; c < channels; ++c) {
      mean_sum[c] = static_cast<float>(total[c] / rows);
      mean_dot[c] = static_cast<float>(total[channels + c] / rows);
      if (bias.defined()) bias_gradient.data_ptr<float>()[c] = static_cast<float>(total[c]);
      if (weight.defined()) weight_gradient.data_ptr<float>()[c] = static_cast<float>(total[channels + c]);
    }

    at::Tensor to;
    if (context->needs_input_grad(0)) {
      to = at::empty_like(input);
      float* target = to.data_ptr<float>();
      for_blocks(rows, [&](int64_t, int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          input_gradient(way, g + row * channels, x + row * channels, mean_sum.data(), mean_dot.data(), channels,
                         target + row * channels);
        }
      });
    }
    return {to, weight_gradient, bias_gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

BatchNormResult batch_norm_cpu(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                               double epsilon, bool relu) {
  const auto results = BatchNormCpu::apply(input, if_defined(weight), if_defined(bias), epsilon, relu);
  return {results[0], results[1], results[2]};
}

at::Tensor batch_norm_cpu_inference(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                    const at::Tensor& running_mean, const at::Tensor& running_variance, double epsilon,
                                    bool relu) {
  const Affine affine(running_mean.const_data_ptr<float>(), running_variance.const_data_ptr<float>(), weight, bias,
                      epsilon, input.size(1));
  return normalized(input.contiguous(), affine.scale, affine.shift, relu);
}

}  // namespace layer_rotation
