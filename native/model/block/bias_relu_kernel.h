#pragma once

#include <cstdint>

#include "channel_kernels.h"

/// y = max(0, x + b) and its gradients for channel_kernels.h, with one b for each channel. x, y, b and their gradients
/// are of one type, fp32 or bf16; the arithmetic is fp32, sums of gradients are those of channel_kernels.h.
namespace layer_rotation {

/// A NaN stays a NaN.
template <class Number, int kChannels>
struct AddBiasRelu {
  using Value = Number;
  static constexpr int N = kChannels;
  static constexpr int kRowsInFlight = 4;
  using Coefficients = float;

  const Value* x;
  const Value* bias;  ///< [channels]
  Value* y;

  LAYER_ROTATION_HOST_DEVICE float known(int64_t channel) const { return static_cast<float>(bias[channel]); }
  LAYER_ROTATION_HOST_DEVICE Packed<Value, N> load(int64_t offset) const { return load_packed<N>(x + offset); }
  LAYER_ROTATION_HOST_DEVICE void apply(int64_t offset, const float (&of)[N], const Packed<Value, N>& loaded) const {
    Floats<N> numbers = unpack<Value, N>(loaded);
    for (int i = 0; i < N; ++i) {
      const float sum = numbers[i] + of[i];
      numbers[i] = sum < 0 ? 0 : sum;
    }
    store_packed(y + offset, numbers);
  }
};

template <class Number, int kChannels>
struct BiasReluGradient {
  using Value = Number;
  static constexpr int N = kChannels;
  static constexpr int kSums = 1;
  static constexpr int kRowsInFlight = 4;
  struct Coefficients {};
  struct Terms {};
  struct Loaded {
    Packed<Value, N> gradient, y;
  };

  const Value* gradient;  ///< of y
  const Value* y;
  Value* of_x;
  Value* of_bias;  ///< [channels]

  LAYER_ROTATION_HOST_DEVICE Terms terms(int64_t) const { return {}; }
  LAYER_ROTATION_HOST_DEVICE Loaded load_summands(int64_t offset) const {
    return {load_packed<N>(gradient + offset), load_packed<N>(y + offset)};
  }
  LAYER_ROTATION_HOST_DEVICE void add(int64_t offset, const Terms&, const Loaded& loaded,
                                      Floats<N> (&sums)[kSums]) const {
    Floats<N> g = unpack<Value, N>(loaded.gradient);
    const Floats<N> outputs = unpack<Value, N>(loaded.y);
    for (int i = 0; i < N; ++i) {
      if (outputs[i] <= 0) g[i] = 0;
      sums[0][i] += g[i];
    }
    store_packed(of_x + offset, g);
  }
  LAYER_ROTATION_HOST_DEVICE Coefficients finish(int64_t channel, const double (&sums)[kSums], bool is_first) const {
    if (is_first) of_bias[channel] = static_cast<Value>(static_cast<float>(sums[0]));
    return {};
  }
};

}  // namespace layer_rotation
