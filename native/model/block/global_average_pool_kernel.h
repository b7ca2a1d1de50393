#pragma once

#include <cstdint>

#include "../../device/vector_access.h"

namespace layer_rotation {

/// Takes the mean over the pixels of each channel of each image, in the order in which the CPU's kernel adds them. An
/// item is kernel::kThreads of the means.
template <class Value>
struct MeansOfPixels {
  using Sum = kernel::NoSum;
  const Value* images;  ///< [batch, pixels, channels]
  Value* means;         ///< [batch, channels]
  int64_t count;        ///< batch · channels
  int64_t pixels;
  int64_t channels;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int64_t i = item * kernel::kThreads + thread;
    if (i >= count) return;
    const int64_t image = i / channels;
    const Value* value = images + image * pixels * channels + (i - image * channels);
    float sum = 0;
    for (int64_t pixel = 0; pixel < pixels; ++pixel) sum += static_cast<float>(value[pixel * channels]);
    means[i] = static_cast<Value>(sum / static_cast<float>(pixels));
  }
};

/// Writes the gradient of each pixel: that of the channel's mean, divided by the number of pixels. An item is an image.
template <class Value>
struct GradientsOfPixels {
  using Sum = kernel::NoSum;
  const Value* of_means;  ///< [batch, channels]
  Value* of_pixels;       ///< [batch, pixels, channels]
  int64_t pixels;
  int64_t channels;

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const Value* from = of_means + item * channels;
    Value* to = of_pixels + item * pixels * channels;
    const bool aligned = channels % kernel::kPack == 0 && kernel::is_aligned(from, 0) && kernel::is_aligned(to, 0);
    const auto divisor = static_cast<float>(pixels);
    kernel::for_each_pack(
        0, pixels * channels, thread, aligned,
        [&](int64_t i, auto size) { return kernel::load_pack<decltype(size)::value>(from + i % channels); },
        [&](int64_t i, auto size, auto& pack) {
          for (int k = 0; k < decltype(size)::value; ++k) pack.values[k] /= divisor;
          kernel::store_pack<decltype(size)::value>(to + i, pack);
        });
  }
};

}  // namespace layer_rotation
