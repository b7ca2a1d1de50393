#pragma once

#include <cstdint>

#include "../../device/block_kernel.h"
#include "../../epoch/epoch_tables.h"
#include "../placed_pixels.h"
#include "changed_pixels.h"

namespace layer_rotation {

/// The images of a part of a step, copied so that RandAugment can change them: each image of the part or, in a step
/// that mixes images, each followed by its partner.
struct PartImages {
  const EpochTables* epoch;
  int32_t per_place;  ///< 1, or 2 with partners
  int32_t channels;
  int32_t height;
  int32_t width;

  LAYER_ROTATION_HOST_DEVICE int32_t size() const { return channels * height * width; }
  /// The index of the training image that is copied to the place `item`.
  LAYER_ROTATION_HOST_DEVICE int32_t image(int64_t item) const {
    const int64_t place = epoch->image + epoch->part + item / per_place;
    return item % per_place == 0 ? epoch->order[place] : epoch->partners[place];
  }
};

/// Copies images, placed as the augmentation says. An item is an image.
struct CopyImages {
  using Sum = kernel::NoSum;
  PartImages images;
  AugmentationSpec augmentation;
  const uint8_t* from;  ///< [training images, channels, height, width]
  uint8_t* to;          ///< [items, channels, height, width]

  LAYER_ROTATION_HOST_DEVICE void sum(int64_t item, int thread) const {
    const int32_t image = images.image(item), width = images.width, plane = images.height * width;
    const PlacedPixels<uint8_t> pixels(from + int64_t{image} * images.size(), images.height, width,
                                       Augmentation(augmentation, images.epoch->augmentation_key).placement(image));
    for (int32_t i = thread; i < images.size(); i += kernel::kThreads) {
      to[item * images.size() + i] = pixels(i / plane, i % plane / width, i % width);
    }
  }
};

/// Changes copied images by an operation of RandAugment, each by the one that is drawn for it. An item is an image.
struct ChangeImages {
  struct Shared {
    int64_t greys[kernel::kThreads];  ///< each thread's sum of the grey image
    int32_t counts[3][kTones];
    uint8_t tones[3][kTones];
  };
  static_assert(kernel::kThreads == kTones, "each thread counts one value, without atomics");
  static constexpr int kPhases = 3;

  PartImages images;
  AugmentationSpec augmentation;
  const ImageOperations* operations;
  int32_t index;        ///< of the operation, from 0
  const uint8_t* from;  ///< [items, channels, height, width]
  uint8_t* to;          ///< of the same shape

  template <int kPhase>
  LAYER_ROTATION_HOST_DEVICE void run(int64_t item, int thread, Shared& shared) const {
    const auto [kind, is_negative] =
        Augmentation(augmentation, images.epoch->augmentation_key).operation(images.image(item), index);
    const ImageOperation& operation = operations->at(kind, is_negative);
    const Image image{from + item * images.size(), images.channels, images.height, images.width};
    if constexpr (kPhase == 0) measure(operation.kind, image, thread, shared);
    if constexpr (kPhase == 1) fill(operation, image, thread, shared);
    if constexpr (kPhase == 2) write(operation, image, thread, shared, to + item * images.size());
  }

 private:
  LAYER_ROTATION_HOST_DEVICE static void measure(Operation kind, const Image& image, int thread, Shared& shared) {
    if (kind == Operation::kContrast) {
      int64_t sum = 0;
      for (int32_t at = thread; at < image.plane(); at += kernel::kThreads) sum += image.grey(at);
      shared.greys[thread] = sum;
    }
    if (!counts_tones(kind)) return;
    for (int32_t channel = 0; channel < image.channels; ++channel) {
      const uint8_t* pixels = image.pixels + channel * image.plane();
      int32_t count = 0;
      for (int32_t at = 0; at < image.plane(); ++at) count += pixels[at] == thread;
      shared.counts[channel][thread] = count;
    }
  }

  LAYER_ROTATION_HOST_DEVICE static void fill(const ImageOperation& operation, const Image& image, int thread,
                                              Shared& shared) {
    float mean = 0;
    if (operation.kind == Operation::kContrast) {
      int64_t sum = 0;
      for (const int64_t part : shared.greys) sum += part;
      mean = static_cast<float>(sum) / static_cast<float>(image.plane());
    }
    if (!changes_tones(operation.kind)) return;
    for (int32_t channel = 0; channel < image.channels; ++channel) {
      fill_tones(operation, {shared.counts[channel], mean}, thread, thread + 1, shared.tones[channel]);
    }
  }

  LAYER_ROTATION_HOST_DEVICE static void write(const ImageOperation& operation, const Image& image, int thread,
                                               const Shared& shared, uint8_t* to) {
    with_changed_pixels(operation, image, shared.tones[0], [&](const auto& pixels) {
      for (int32_t at = thread; at < image.plane(); at += kernel::kThreads) {
        pixels(at / image.width, at % image.width, to + at);
      }
    });
  }
};

}  // namespace layer_rotation
