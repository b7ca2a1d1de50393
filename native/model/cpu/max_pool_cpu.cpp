#include "max_pool_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include <algorithm>
#include <type_traits>

#include "../../device/clones.h"
#include "bf16.h"
#include "channels_last.h"

namespace layer_rotation {
namespace {

// The positions in a window are 0 and 1 in its first row, 2 and 3 in its second.

/// A position of the same width as a number: loops over values of different widths fill the vector registers less.
template <class Number>
using Position = std::conditional_t<sizeof(Number) == sizeof(uint32_t), uint32_t, uint16_t>;

/// Takes `x` if it is larger or a NaN.
template <class Position>
LAYER_ROTATION_INLINE void take_larger(float x, Position position, float& largest, Position& at) {
  const bool larger = x > largest || x != x;
  largest = larger ? x : largest;
  at = larger ? position : at;
}

/// Pools kChannels channels of one window.
template <int kChannels, class Number>
LAYER_ROTATION_INLINE void pool_window(const Number* __restrict x0, const Number* __restrict x1,
                                       const Number* __restrict x2, const Number* __restrict x3, Number* __restrict y,
                                       uint8_t* __restrict position) {
  Position<Number> positions[kChannels];
  for (int c = 0; c < kChannels; ++c) {
    float largest = to_float(x0[c]);
    Position<Number> at = 0;
    take_larger<Position<Number>>(to_float(x1[c]), 1, largest, at);
    take_larger<Position<Number>>(to_float(x2[c]), 2, largest, at);
    take_larger<Position<Number>>(to_float(x3[c]), 3, largest, at);
    store(largest, y + c);
    positions[c] = at;
  }
  for (int c = 0; c < kChannels; ++c) position[c] = static_cast<uint8_t>(positions[c]);
}

template <int kChannels, class Number>
LAYER_ROTATION_INLINE void spread_window(const Number* __restrict gradient, const uint8_t* __restrict position,
                                         Number* __restrict to0, Number* __restrict to1, Number* __restrict to2,
                                         Number* __restrict to3) {
  Position<Number> positions[kChannels];
  for (int c = 0; c < kChannels; ++c) positions[c] = position[c];
  for (int c = 0; c < kChannels; ++c) {
    to0[c] = positions[c] == 0 ? gradient[c] : Number{0};
    to1[c] = positions[c] == 1 ? gradient[c] : Number{0};
    to2[c] = positions[c] == 2 ? gradient[c] : Number{0};
    to3[c] = positions[c] == 3 ? gradient[c] : Number{0};
  }
}

/// Pools a row of windows.
template <class Number>
LAYER_ROTATION_INLINE void pool_windows(const Number* top, const Number* bottom, int64_t windows, int64_t channels,
                                        Number* y, uint8_t* position) {
  for (int64_t window = 0; window < windows; ++window) {
    const Number *x0 = top + 2 * window * channels, *x1 = x0 + channels;
    const Number *x2 = bottom + 2 * window * channels, *x3 = x2 + channels;
    int64_t c = 0;
    for (; c + 64 <= channels; c += 64) pool_window<64>(x0 + c, x1 + c, x2 + c, x3 + c, y + c, position + c);
    for (; c + 16 <= channels; c += 16) pool_window<16>(x0 + c, x1 + c, x2 + c, x3 + c, y + c, position + c);
    for (; c < channels; ++c) pool_window<1>(x0 + c, x1 + c, x2 + c, x3 + c, y + c, position + c);
    y += channels;
    position += channels;
  }
}

template <class Number>
LAYER_ROTATION_INLINE void spread_windows(const Number* gradient, const uint8_t* position, int64_t windows,
                                          int64_t channels, Number* top, Number* bottom) {
  for (int64_t window = 0; window < windows; ++window) {
    Number *to0 = top + 2 * window * channels, *to1 = to0 + channels;
    Number *to2 = bottom + 2 * window * channels, *to3 = to2 + channels;
    int64_t c = 0;
    for (; c + 64 <= channels; c += 64)
      spread_window<64>(gradient + c, position + c, to0 + c, to1 + c, to2 + c, to3 + c);
    for (; c + 16 <= channels; c += 16)
      spread_window<16>(gradient + c, position + c, to0 + c, to1 + c, to2 + c, to3 + c);
    for (; c < channels; ++c) spread_window<1>(gradient + c, position + c, to0 + c, to1 + c, to2 + c, to3 + c);
    gradient += channels;
    position += channels;
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
