#include "average_pool_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include <algorithm>
#include <vector>

#include "../../device/clones.h"
#include "bf16.h"
#include "channels_last.h"

namespace layer_rotation {
namespace {

template <class Number>
LAYER_ROTATION_INLINE void averaged(const Number* __restrict x, int64_t pixels, int64_t channels, float* __restrict sum,
                                    Number* __restrict y) {
  for (int64_t c = 0; c < channels; ++c) sum[c] = 0;
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (int64_t c = 0; c < channels; ++c) sum[c] += to_float(x[pixel * channels + c]);
  }
  const float divisor = static_cast<float>(pixels);
  for (int64_t c = 0; c < channels; ++c) store(sum[c] / divisor, y + c);
}

template <class Number>
LAYER_ROTATION_INLINE void divided(const Number* __restrict gradient, int64_t pixels, int64_t channels,
                                   Number* __restrict to) {
  const float divisor = static_cast<float>(pixels);
  for (int64_t c = 0; c < channels; ++c) store(to_float(gradient[c]) / divisor, to + c);
}

/// Writes the mean over the pixels of one image. `sum` is scratch memory for one number a channel.
LAYER_ROTATION_CLONES void average(const float* x, int64_t pixels, int64_t channels, float* sum, float* y) {
  averaged(x, pixels, channels, sum, y);
}
LAYER_ROTATION_CLONES void average(const uint16_t* x, int64_t pixels, int64_t channels, float* sum, uint16_t* y) {
  averaged(x, pixels, channels, sum, y);
}
LAYER_ROTATION_CLONES void divide(const float* gradient, int64_t pixels, int64_t channels, float* to) {
  divided(gradient, pixels, channels, to);
}
LAYER_ROTATION_CLONES void divide(const uint16_t* gradient, int64_t pixels, int64_t channels, uint16_t* to) {
  divided(gradient, pixels, channels, to);
}

class GlobalAveragePoolCpu : public torch::autograd::Function<GlobalAveragePoolCpu> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given) {
    const at::Tensor input = as_matrix(given);
    const int64_t batch = input.size(0), channels = input.size(1), pixels = input.size(2) * input.size(3);
    at::Tensor output = at::empty({batch, channels}, input.options());
    with_number(input, [&](auto number) {
      using Number = decltype(number);
      const Number* x = numbers<Number>(input);
      Number* y = mutable_numbers<Number>(output);
      for_images(batch, pixels * channels, [&](int64_t begin, int64_t end) {
        std::vector<float> sum(channels);
        for (int64_t image = begin; image < end; ++image) {
          average(x + image * pixels * channels, pixels, channels, sum.data(), y + image * channels);
        }
      });
    });
    context->saved_data["height"] = input.size(2);
    context->saved_data["width"] = input.size(3);
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor gradient = gradients[0].contiguous();
    const int64_t height = context->saved_data["height"].toInt(), width = context->saved_data["width"].toInt();
    const int64_t batch = gradient.size(0), channels = gradient.size(1), pixels = height * width;
    at::Tensor to = at::empty({batch, channels, height, width}, gradient.options(), at::MemoryFormat::ChannelsLast);
    with_number(gradient, [&](auto number) {
      using Number = decltype(number);
      const Number* g = numbers<Number>(gradient);
      Number* target = mutable_numbers<Number>(to);
      for_images(batch, pixels * channels, [&](int64_t begin, int64_t end) {
        for (int64_t image = begin; image < end; ++image) {
          Number* first = target + image * pixels * channels;
          divide(g + image * channels, pixels, channels, first);
          for (int64_t pixel = 1; pixel < pixels; ++pixel) std::copy_n(first, channels, first + pixel * channels);
        }
      });
    });
    return {to};
  }

 private:
  template <class Body>
  static void for_images(int64_t batch, int64_t image_size, const Body& body) {
    at::parallel_for(0, batch, std::max<int64_t>(1, kGrain / image_size), body);
  }
};

}  // namespace

at::Tensor global_average_pool_cpu(const at::Tensor& input) { return GlobalAveragePoolCpu::apply(input); }

}  // namespace layer_rotation
