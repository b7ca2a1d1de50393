#pragma once

#include <cstdint>

#include "../device/vector_access.h"
#include "../epoch/epoch_tables.h"
#include "augmentation.h"
#include "placed_pixels.h"

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

/// The training images, how an epoch changes them, and the layout in which the network takes them.
template <class Value, class Pixel>
struct ImageSource {
  /// [images, channels, height, width]; if `copied`, those of PartImages: the part's images, placed already
  const Pixel* pixels;
  bool copied;
  const int64_t* labels;  ///< [images]
  AugmentationSpec augmentation;
  int32_t channels;  ///< channels · height · width is at most 2³⁰
  int32_t height;
  int32_t width;
  bool channels_last;  ///< of the network's input
  NormalizedPixel<Value, Pixel> normalized;

  LAYER_ROTATION_HOST_DEVICE int32_t size() const { return channels * height * width; }
};

/// An image that is augmented and normalised while its pixels are asked for.
template <class Value, class Pixel>
struct PlacedImage {
  const ImageSource<Value, Pixel>& source;
  PlacedPixels<Pixel> pixels;
  Box erased;

  /// @param image the image's index
  /// @param copy the place of its copy, if the images are copied
  /// @param box the box that is erased of it; null for the square that the augmentation draws
  LAYER_ROTATION_HOST_DEVICE PlacedImage(const ImageSource<Value, Pixel>& source, int32_t image, int64_t copy,
                                         uint32_t key, const Box* box)
      : source(source),
        pixels(source.pixels + (source.copied ? copy : int64_t{image}) * source.size(), source.height, source.width,
               placement(source, image, key)),
        erased(box == nullptr ? Augmentation(source.augmentation, key).erased(image, source.height, source.width)
                              : *box) {}

  LAYER_ROTATION_HOST_DEVICE float operator()(int32_t channel, int32_t row, int32_t column) const {
    if (erased.holds(row, column)) return 0;
    return source.normalized(channel, pixels(channel, row, column));
  }

 private:
  LAYER_ROTATION_HOST_DEVICE static Placement placement(const ImageSource<Value, Pixel>& source, int32_t image,
                                                        uint32_t key) {
    const Augmentation of_epoch(source.augmentation, key);
    return source.copied || of_epoch.keeps() ? Placement() : of_epoch.placement(image);
  }
};

/// The box at a place of an epoch's boxes; null where they are.
LAYER_ROTATION_HOST_DEVICE inline const Box* box_at(const Box* boxes, int64_t place) {
  return boxes == nullptr ? nullptr : boxes + place;
}

/// Writes an image whose values are `value_of(channel, row, column)`, in the layout of the network's input; by packs,
/// if the registers of a GPU are enough for that.
template <bool kPacks, class Value, class Pixel, class ValueOf>
LAYER_ROTATION_HOST_DEVICE void write_image(const ImageSource<Value, Pixel>& source, Value* to, int thread,
                                            const ValueOf& value_of) {
  const int32_t channels = source.channels, width = source.width, plane = source.height * width;
  const auto value = [&](int32_t i) {
    const int32_t channel = source.channels_last ? i % channels : i / plane;
    const int32_t at = source.channels_last ? i / channels : i % plane;
    return value_of(channel, at / width, at % width);
  };
  kernel::for_each_pack(
      0, source.size(), thread, kPacks && kernel::is_aligned(to, 0),
      [&](int64_t i, auto count) {
        kernel::Pack<decltype(count)::value> pack;
        for (int k = 0; k < decltype(count)::value; ++k) pack.values[k] = value(static_cast<int32_t>(i) + k);
        return pack;
      },
      [&](int64_t i, auto, auto& pack) { kernel::store_pack(to + i, pack); });
}

/// Writes the images of a part of a step, and their labels, as the network takes them: gathered in the epoch's order,
/// augmented and normalised. An item is an image.
template <class Value, class Pixel>
struct PlaceImages {
  using Sum = kernel::NoSum;
  const EpochTables* epoch;
  ImageSource<Value, Pixel> source;
  Value* to;           ///< [batch, channels, height, width]
  int64_t* to_labels;  ///< [batch]

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int64_t place = epoch->image + epoch->part + item;
    const int32_t image = epoch->order[place];
    write_image<true>(
        source, to + item * source.size(), thread,
        PlacedImage<Value, Pixel>(source, image, item, epoch->augmentation_key, box_at(epoch->erased, place)));
    if (thread == 0) to_labels[item] = source.labels[image];
  }
};

/// Writes the same of a step whose images are mixed with others, and the labels of those.
template <class Value, class Pixel>
struct PlaceMixedImages {
  using Sum = kernel::NoSum;
  PlaceImages<Value, Pixel> images;
  int64_t* to_others;  ///< [batch]

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const EpochTables& epoch = *images.epoch;
    const ImageSource<Value, Pixel>& source = images.source;
    const int64_t place = epoch.image + epoch.part + item;
    const int32_t image = epoch.order[place], partner = epoch.partners[place];
    const Mix& mix = epoch.mixes[epoch.step];
    const PlacedImage<Value, Pixel> own(source, image, 2 * item, epoch.augmentation_key, box_at(epoch.erased, place)),
        other(source, partner, 2 * item + 1, epoch.augmentation_key, box_at(epoch.erased_partners, place));
    write_image<false>(source, images.to + item * source.size(), thread,
                       [&](int32_t channel, int32_t row, int32_t column) {
                         return mix([&] { return own(channel, row, column); },
                                    [&] { return other(channel, row, column); }, row, column);
                       });
    if (thread != 0) return;
    images.to_labels[item] = source.labels[image];
    to_others[item] = source.labels[partner];
  }
};

}  // namespace layer_rotation
