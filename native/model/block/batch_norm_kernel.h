#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "channel_kernels.h"
#include "dropout_draws.h"

/// The computations of batch normalisation for channel_kernels.h:
///
///     z = x or max(0, x);  x̂ = (z − mean) / √(variance + ε);  y = drop(max(0, γ·x̂ + β + shortcut))
///
/// where max, shortcut and drop may be missing. A bias of x, which a product left out, changes neither x̂ nor anything
/// that comes after: it is added to the mean that is kept, and its gradient is 0. Statistics and parameters are fp32,
/// and so is the arithmetic; x, y and their gradients may be bf16.
namespace layer_rotation {

/// The scale and the shift of each channel; null for 1 and 0.
struct ScaleAndShift {
  const float* weight;
  const float* bias;

  LAYER_ROTATION_HOST_DEVICE float scale(int64_t channel) const { return weight ? weight[channel] : 1; }
  LAYER_ROTATION_HOST_DEVICE float shift(int64_t channel) const { return bias ? bias[channel] : 0; }
};

/// The ReLUs beside a batch norm: on its input, and on its output after the shortcut is added.
struct SurroundingRelus {
  bool before = false;
  bool after = false;

  LAYER_ROTATION_HOST_DEVICE float on_input(float x) const { return rectified(before, x); }
  LAYER_ROTATION_HOST_DEVICE float on_output(float y) const { return rectified(after, y); }

 private:
  /// A NaN stays a NaN.
  LAYER_ROTATION_HOST_DEVICE static float rectified(bool is_relu, float x) { return is_relu && x < 0 ? 0 : x; }
};

/// y = factor·(z − mean) + shift
struct AffineChannel {
  float mean, factor, shift;
  LAYER_ROTATION_HOST_DEVICE float operator()(float z) const { return factor * (z - mean) + shift; }
};

/// Turns inputs into outputs by coefficients of the channels.
template <class Number, int kChannels>
struct Normalize {
  using Value = Number;
  static constexpr int N = kChannels;
  static constexpr int kRowsInFlight = 4;
  using Coefficients = AffineChannel;

  const Value* x;
  const Value* shortcut;  ///< null if there is none
  Value* y;
  ScaleAndShift affine;
  SurroundingRelus relus;
  DropoutDraws draws;

  struct Loaded {
    Packed<Value, N> x, shortcut;
  };
  LAYER_ROTATION_HOST_DEVICE Loaded load(int64_t offset) const {
    return {load_packed<N>(x + offset), shortcut ? load_packed<N>(shortcut + offset) : Packed<Value, N>{}};
  }

  LAYER_ROTATION_HOST_DEVICE void apply(int64_t offset, const AffineChannel (&of)[N], const Loaded& loaded) const {
    Floats<N> numbers = unpack<Value, N>(loaded.x);
    const Floats<N> added = unpack<Value, N>(loaded.shortcut);
    for (int i = 0; i < N; ++i) {
      const float normalized = of[i](relus.on_input(numbers[i]));
      numbers[i] = relus.on_output(shortcut ? normalized + added[i] : normalized);
    }
    if (draws.epoch) draws.apply<Value>(offset, numbers);
    store_packed(y + offset, numbers);
  }
};

/// Normalises with the statistics of the batch, and keeps these.
template <class Number, int kChannels>
struct NormalizeBatch : Normalize<Number, kChannels> {
  using Value = Number;
  static constexpr int N = kChannels;
  static constexpr int kSums = 2;

  int64_t rows;
  double epsilon;
  const Value* input_bias;  ///< [channels]: of x, which is without it; null if there is none
  float* mean;              ///< [channels]
  float* inverse;           ///< [channels], 1 / √(variance + ε)
  float* batch_mean;        ///< [channels]
  float* batch_variance;    ///< [channels], unbiased; 0 for a single row

  /// The summands are z − origin and its square: with an origin near the mean, the variance does not cancel.
  struct Terms {
    Floats<N> origin;
  };
  LAYER_ROTATION_HOST_DEVICE Terms terms(int64_t channel) const {
    Terms terms{unpack<Value, N>(load_packed<N>(this->x + channel))};
    for (int i = 0; i < N; ++i) terms.origin[i] = this->relus.on_input(terms.origin[i]);
    return terms;
  }
  LAYER_ROTATION_HOST_DEVICE Packed<Value, N> load_summands(int64_t offset) const {
    return load_packed<N>(this->x + offset);
  }
  LAYER_ROTATION_HOST_DEVICE void add(int64_t, const Terms& terms, const Packed<Value, N>& loaded,
                                      Floats<N> (&sums)[kSums]) const {
    const Floats<N> numbers = unpack<Value, N>(loaded);
    for (int i = 0; i < N; ++i) {
      const float centred = this->relus.on_input(numbers[i]) - terms.origin[i];
      sums[0][i] += centred;
      sums[1][i] += centred * centred;
    }
  }

  LAYER_ROTATION_HOST_DEVICE AffineChannel finish(int64_t channel, const double (&sums)[kSums], bool is_first) const {
    const auto count = static_cast<double>(rows);
    const double offset = sums[0] / count, variance = std::max(0.0, sums[1] / count - offset * offset);
    const float origin = this->relus.on_input(static_cast<float>(this->x[channel]));
    const double one_over = 1 / std::sqrt(variance + epsilon);
    const auto mean_of_channel = static_cast<float>(origin + offset);
    if (is_first) {
      mean[channel] = mean_of_channel;
      batch_mean[channel] = input_bias ? mean_of_channel + static_cast<float>(input_bias[channel]) : mean_of_channel;
      inverse[channel] = static_cast<float>(one_over);
      batch_variance[channel] = rows > 1 ? static_cast<float>(variance * (count / (count - 1))) : 0;
    }
    return {mean_of_channel, static_cast<float>(this->affine.scale(channel) * one_over), this->affine.shift(channel)};
  }
};

/// Normalises with running statistics.
template <class Number, int kChannels>
struct NormalizeRunning : Normalize<Number, kChannels> {
  double epsilon;
  const Number* input_bias;  ///< as in NormalizeBatch
  const float* mean;
  const float* variance;

  LAYER_ROTATION_HOST_DEVICE AffineChannel known(int64_t channel) const {
    const double one_over = 1 / std::sqrt(variance[channel] + epsilon);
    const float bias = input_bias ? static_cast<float>(input_bias[channel]) : 0;
    return {mean[channel] - bias, static_cast<float>(this->affine.scale(channel) * one_over),
            this->affine.shift(channel)};
  }
};

/// The gradients of NormalizeBatch, through ∂z = γ/σ · (g − mean(g) − x̂·mean(g·x̂)), where g is the gradient of
/// γ·x̂ + β.
template <class Number, int kChannels>
struct NormalizationGradient {
  using Value = Number;
  static constexpr int N = kChannels;
  static constexpr int kSums = 2;
  static constexpr int kRowsInFlight = 2;  // of up to four arrays

  const Value* x;
  const Value* gradient;   ///< of y
  const Value* another;    ///< of y again, where y went two ways; else null
  const Value* rectified;  ///< y, if its ReLU came after a shortcut; else null
  Value* arrived;          ///< takes g for the shortcut, if it differs from `gradient`; else null
  const Value* bypassing;  ///< of x, from where it went beside the normalisation; else null
  Value* of_x;
  ScaleAndShift affine;
  SurroundingRelus relus;
  DropoutDraws draws;
  int64_t rows;
  const float* mean;
  const float* inverse;
  float* of_weight;      ///< [channels]; null if there is no weight
  float* of_bias;        ///< [channels]; null if there is no bias
  Value* of_input_bias;  ///< [channels]; null if x has no bias

  struct Coefficients {
    AffineChannel affine;
    float mean_gradient;
    float slope;  ///< of g over z
  };
  struct Terms {
    AffineChannel of[N];
  };
  struct Loaded {
    Packed<Value, N> x, gradient, another, third;
  };

  /// The summands are g and g·(z − mean).
  LAYER_ROTATION_HOST_DEVICE Terms terms(int64_t channel) const {
    Terms terms;
    for (int i = 0; i < N; ++i) terms.of[i] = affine_of(channel + i);
    return terms;
  }
  LAYER_ROTATION_HOST_DEVICE Loaded load_summands(int64_t offset) const {
    return {load_packed<N>(x + offset), load_packed<N>(gradient + offset), load_or_zero(another, offset),
            load_or_zero(rectified, offset)};
  }
  LAYER_ROTATION_HOST_DEVICE void add(int64_t offset, const Terms& terms, const Loaded& loaded,
                                      Floats<N> (&sums)[kSums]) const {
    const Floats<N> numbers = unpack<Value, N>(loaded.x);
    const Floats<N> g = arriving(offset, loaded, loaded.third, numbers, [&](int i, float z) { return terms.of[i](z); });
    for (int i = 0; i < N; ++i) {
      sums[0][i] += g[i];
      sums[1][i] += g[i] * (relus.on_input(numbers[i]) - terms.of[i].mean);
    }
    if (arrived) store_packed(arrived + offset, g);
  }

  LAYER_ROTATION_HOST_DEVICE Coefficients finish(int64_t channel, const double (&sums)[kSums], bool is_first) const {
    const auto [sum, dot] = sums;
    const double one_over = inverse[channel];
    if (is_first && of_bias) of_bias[channel] = static_cast<float>(sum);
    if (is_first && of_weight) of_weight[channel] = static_cast<float>(dot * one_over);
    if (is_first && of_input_bias) of_input_bias[channel] = static_cast<Value>(0.0f);
    const auto count = static_cast<double>(rows);
    return {affine_of(channel), static_cast<float>(sum / count), static_cast<float>(dot / count * one_over * one_over)};
  }

  LAYER_ROTATION_HOST_DEVICE Loaded load(int64_t offset) const {
    const Packed<Value, N> beside = load_or_zero(bypassing, offset);
    if (arrived) return {load_packed<N>(x + offset), load_packed<N>(arrived + offset), {}, beside};
    return {load_packed<N>(x + offset), load_packed<N>(gradient + offset), load_or_zero(another, offset), beside};
  }
  LAYER_ROTATION_HOST_DEVICE void apply(int64_t offset, const Coefficients (&of)[N], const Loaded& loaded) const {
    const Floats<N> numbers = unpack<Value, N>(loaded.x);
    Floats<N> g = arrived ? unpack<Value, N>(loaded.gradient)
                          : arriving(offset, loaded, {}, numbers, [&](int i, float z) { return of[i].affine(z); });
    const Floats<N> beside = unpack<Value, N>(loaded.third);
    for (int i = 0; i < N; ++i) {
      const float z = relus.on_input(numbers[i]);
      const float of_z = of[i].affine.factor * (g[i] - of[i].mean_gradient - (z - of[i].affine.mean) * of[i].slope);
      g[i] = (relus.before && !(z > 0) ? 0 : of_z) + beside[i];
    }
    store_packed(of_x + offset, g);
  }

 private:
  LAYER_ROTATION_HOST_DEVICE AffineChannel affine_of(int64_t channel) const {
    return {mean[channel], affine.scale(channel) * inverse[channel], affine.shift(channel)};
  }

  LAYER_ROTATION_HOST_DEVICE static Packed<Value, N> load_or_zero(const Value* from, int64_t offset) {
    return from ? load_packed<N>(from + offset) : Packed<Value, N>{};
  }

  /// g, from the gradients of y. `output(i, z)` is y before its ReLU where no shortcut was added.
  template <class Output>
  LAYER_ROTATION_HOST_DEVICE Floats<N> arriving(int64_t offset, const Loaded& loaded, const Packed<Value, N>& y,
                                                const Floats<N>& numbers, Output output) const {
    Floats<N> g = unpack<Value, N>(loaded.gradient);
    const Floats<N> more = unpack<Value, N>(loaded.another), outputs = unpack<Value, N>(y);
    for (int i = 0; i < N; ++i) g[i] += more[i];
    if (draws.epoch) draws.apply<Value>(offset, g);
    if (!relus.after) return g;
    for (int i = 0; i < N; ++i) {
      const float rectified_output = rectified ? outputs[i] : output(i, relus.on_input(numbers[i]));
      if (!(rectified_output > 0)) g[i] = 0;
    }
    return g;
  }
};

}  // namespace layer_rotation
