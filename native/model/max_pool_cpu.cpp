#include "max_pool_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include <algorithm>

#include "../clones.h"
#include "bf16.h"
#include "channels_last.h"

namespace layer_rotation {
namespace {

/// Numbers of the result below which the pooling is not worth another thread.
constexpr int64_t kGrain = 16 * 1024;

// Positions in a window: 0 1 / 2 3.

/// Takes `x` where it is the larger or a NaN.
LAYER_ROTATION_INLINE void take_larger(float x, int position, float& largest, int& at) {
  const bool larger = x > largest || x != x;
  largest = larger ? x : largest;
  at = larger ? position : at;
}

/// Pools `channels` numbers of a window; they are a constant where this is inlined, so that they fill the registers.
template <class Number>
LAYER_ROTATION_INLINE void pool_window(const Number* __restrict top, const Number* __restrict bottom, int64_t stride,
                                       int channels, Number* __restrict y, uint8_t* __restrict position) {
  for (int c = 0; c < channels; ++c) {
    float largest = to_float(top[c]);
    int at = 0;
    take_larger(to_float(top[stride + c]), 1, largest, at);
    take_larger(to_float(bottom[c]), 2, largest, at);
    take_larger(to_float(bottom[stride + c]), 3, largest, at);
    store(largest, y + c);
    position[c] = static_cast<uint8_t>(at);
  }
}

template <class Number>
LAYER_ROTATION_INLINE void spread_window(const Number* __restrict gradient, const uint8_t* __restrict position,
                                         int64_t stride, int channels, Number* __restrict top,
                                         Number* __restrict bottom) {
  for (int c = 0; c < channels; ++c) {
    top[c] = position[c] == 0 ? gradient[c] : Number{0};
    top[stride + c] = position[c] == 1 ? gradient[c] : Number{0};
    bottom[c] = position[c] == 2 ? gradient[c] : Number{0};
    bottom[stride + c] = position[c] == 3 ? gradient[c] : Number{0};
  }
}

/// body(first channel, channels) for all channels, in steps that are constants.
template <class Body>
LAYER_ROTATION_INLINE void for_channels(int64_t channels, const Body& body) {
  int64_t c = 0;
  for (; c + 64 <= channels; c += 64) body(c, 64);
  for (; c + 16 <= channels; c += 16) body(c, 16);
  for (; c < channels; ++c) body(c, 1);
}

/// A row of windows.
template <class Number>
LAYER_ROTATION_INLINE void pool_windows(const Number* top, const Number* bottom, int64_t windows, int64_t channels,
                                        Number* y, uint8_t* position) {
  for (int64_t window = 0; window < windows; ++window) {
    for_channels(
        channels, [&](int64_t c, int count) __attribute__((always_inline)) {
          pool_window(top + c, bottom + c, channels, count, y + c, position + c);
        });
    top += 2 * channels;
    bottom += 2 * channels;
    y += channels;
    position += channels;
  }
}

template <class Number>
LAYER_ROTATION_INLINE void spread_windows(const Number* gradient, const uint8_t* position, int64_t windows,
                                          int64_t channels, Number* top, Number* bottom) {
  for (int64_t window = 0; window < windows; ++window) {
    for_channels(
        channels, [&](int64_t c, int count) __attribute__((always_inline)) {
          spread_window(gradient + c, position + c, channels, count, top + c, bottom + c);
        });
    gradient += channels;
    position += channels;
    top += 2 * channels;
    bottom += 2 * channels;
  }
}

LAYER_ROTATION_CLONES void pool_row(const float* top, const float* bottom, int64_t windows, int64_t channels, float* y,
                                    uint8_t* position) {
  pool_windows(top, bottom, windows, channels, y, position);
}
LAYER_ROTATION_CLONES void pool_row(const uint16_t* top, const uint16_t* bottom, int64_t windows, int64_t channels,
                                    uint16_t* y, uint8_t* position) {
  pool_windows(top, bottom, windows, channels, y, position);
}
LAYER_ROTATION_CLONES void spread_row(const float* gradient, const uint8_t* position, int64_t windows, int64_t channels,
                                      float* top, float* bottom) {
  spread_windows(gradient, position, windows, channels, top, bottom);
}
LAYER_ROTATION_CLONES void spread_row(const uint16_t* gradient, const uint8_t* position, int64_t windows,
                                      int64_t channels, uint16_t* top, uint16_t* bottom) {
  spread_windows(gradient, position, windows, channels, top, bottom);
}

class MaxPoolCpu : public torch::autograd::Function<MaxPoolCpu> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given) {
    const at::Tensor input = as_matrix(given);
    const int64_t batch = input.size(0), channels = input.size(1), height = input.size(2), width = input.size(3);
    const int64_t rows = height / 2, windows = width / 2;
    const auto options = at::MemoryFormat::ChannelsLast;
    at::Tensor output = at::empty({batch, channels, rows, windows}, input.options(), options);
    at::Tensor positions = at::empty({batch, channels, rows, windows}, at::dtype(at::kByte), options);
    uint8_t* position = positions.data_ptr<uint8_t>();
    with_number(input, [&](auto number) {
      const auto* x = numbers<decltype(number)>(input);
      auto* y = mutable_numbers<decltype(number)>(output);
      for_rows(batch * rows, windows * channels, [&](int64_t row) {
        const auto* top = x + (row / rows * height + row % rows * 2) * width * channels;
        const int64_t offset = row * windows * channels;
        pool_row(top, top + width * channels, windows, channels, y + offset, position + offset);
      });
    });
    context->save_for_backward({positions});
    context->saved_data["height"] = height;
    context->saved_data["width"] = width;
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor gradient = as_matrix(gradients[0]), positions = context->get_saved_variables()[0];
    const int64_t height = context->saved_data["height"].toInt(), width = context->saved_data["width"].toInt();
    const int64_t batch = gradient.size(0), channels = gradient.size(1);
    const int64_t rows = height / 2, windows = width / 2;
    at::Tensor to = at::empty({batch, channels, height, width}, gradient.options(), at::MemoryFormat::ChannelsLast);
    const uint8_t* position = positions.const_data_ptr<uint8_t>();
    with_number(gradient, [&](auto number) {
      const auto* g = numbers<decltype(number)>(gradient);
      auto* target = mutable_numbers<decltype(number)>(to);
      const int64_t length = width * channels, pooled = 2 * windows * channels;
      for_rows(batch * rows, windows * channels, [&](int64_t row) {
        auto* top = target + (row / rows * height + row % rows * 2) * length;
        auto* bottom = top + length;
        const int64_t offset = row * windows * channels;
        spread_row(g + offset, position + offset, windows, channels, top, bottom);
        std::fill(top + pooled, top + length, 0);
        std::fill(bottom + pooled, bottom + length, 0);
        const bool last_row_is_dropped = height % 2 == 1 && row % rows == rows - 1;
        if (last_row_is_dropped) std::fill(bottom + length, bottom + 2 * length, 0);
      });
    });
    return {to};
  }

 private:
  template <class Body>
  static void for_rows(int64_t rows, int64_t row_size, const Body& body) {
    const int64_t grain = std::max<int64_t>(1, kGrain / row_size);
    at::parallel_for(0, rows, grain, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) body(row);
    });
  }
};

}  // namespace

at::Tensor max_pool_2x2_cpu(const at::Tensor& input) { return MaxPoolCpu::apply(input); }

}  // namespace layer_rotation
