#pragma once

#include <cstdint>

#include "../device/vector_access.h"
#include "../epoch/epoch_tables.h"
#include "augmentation.h"

namespace layer_rotation {

/// The normalisation of a pixel of a channel.
template <class Value, class Pixel>
struct NormalizedPixel;

template <class Value>
struct NormalizedPixel<Value, uint8_t> {
  const Value* values;  ///< [1 or channels][256]: the normalised value of a byte
  int32_t tables;       ///< 1 or channels

  LAYER_ROTATION_HOST_DEVICE float operator()(int32_t channel, uint8_t pixel) const {
    return static_cast<float>(values[(tables == 1 ? 0 : channel * 256) + pixel]);
  }
};

template <class Value>
struct NormalizedPixel<Value, float> {
  const float* mean;       ///< [1 or channels]
  const float* deviation;  ///< of the same length
  int32_t moments;         ///< 1 or channels

  LAYER_ROTATION_HOST_DEVICE float operator()(int32_t channel, float pixel) const {
    const int32_t at = moments == 1 ? 0 : channel;
    return (pixel - mean[at]) / deviation[at];
  }
};

/// Writes the images of a part of a step, and their labels, as the network takes them: gathered in the epoch's order,
/// augmented and normalised. An item is an image.
template <class Value, class Pixel>
struct PlaceImages {
  using Sum = kernel::NoSum;
  const EpochTables* epoch;
  const Pixel* pixels;    ///< [images, channels, height, width]
  const int64_t* labels;  ///< [images]
  AugmentationSpec augmentation;
  int32_t channels;  ///< channels · height · width is at most 2³⁰
  int32_t height;
  int32_t width;
  bool channels_last;  ///< of `to`
  NormalizedPixel<Value, Pixel> normalized;
  Value* to;           ///< [batch, channels, height, width]
  int64_t* to_labels;  ///< [batch]

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int32_t image = epoch->order[epoch->image + epoch->part + item];
    const Augmentation of_epoch(augmentation, epoch->augmentation_key);
    const Placement placement = of_epoch.keeps() ? Placement() : of_epoch.placement(image);
    // The indices have 32 bits: a division of 64 bits takes a GPU about a hundred instructions.
    const auto dy = static_cast<int32_t>(placement.dy), dx = static_cast<int32_t>(placement.dx);
    const int32_t plane = height * width, size = channels * plane;
    const Pixel* from = pixels + int64_t{image} * size;
    Value* placed = to + item * size;
    const auto value = [&](int32_t i) {
      const int32_t channel = channels_last ? i % channels : i / plane;
      const int32_t at = channels_last ? i / channels : i % plane;
      const int32_t row = at / width, column = placement.flip ? width - 1 - at % width : at % width;
      const int32_t source = reflected(row - dy, height) * width + reflected(column - dx, width);
      return normalized(channel, from[channel * plane + source]);
    };
    kernel::for_each_pack(
        0, size, thread, kernel::is_aligned(placed, 0),
        [&](int64_t i, auto count) {
          kernel::Pack<decltype(count)::value> pack;
          for (int k = 0; k < decltype(count)::value; ++k) pack.values[k] = value(static_cast<int32_t>(i) + k);
          return pack;
        },
        [&](int64_t i, auto, auto& pack) { kernel::store_pack(placed + i, pack); });
    if (thread == 0) to_labels[item] = labels[image];
  }
};

}  // namespace layer_rotation
