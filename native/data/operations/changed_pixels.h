#pragma once

#include "image.h"
#include "tones.h"

namespace layer_rotation {

// Each of these writes one pixel of a changed image, all of its channels: to[channel · plane]. They hold copies,
// because a compiler must take what they write, bytes, for a possible change of anything that they refer to.

struct SamePixels {
  Image image;

  LAYER_ROTATION_HOST_DEVICE void operator()(int32_t row, int32_t column, uint8_t* to) const {
    const int32_t plane = image.plane(), at = row * image.width + column;
    for (int32_t channel = 0; channel < image.channels; ++channel)
      to[channel * plane] = image.pixels[channel * plane + at];
  }
};

struct TonedPixels {
  Image image;
  const uint8_t* tones;  ///< [channels][kTones]

  LAYER_ROTATION_HOST_DEVICE void operator()(int32_t row, int32_t column, uint8_t* to) const {
    const int32_t plane = image.plane(), at = row * image.width + column;
    for (int32_t channel = 0; channel < image.channels; ++channel) {
      to[channel * plane] = tones[channel * kTones + image.pixels[channel * plane + at]];
    }
  }
};

/// Blends with the grey image.
struct ColoredPixels {
  Image image;
  ImageOperation operation;

  LAYER_ROTATION_HOST_DEVICE void operator()(int32_t row, int32_t column, uint8_t* to) const {
    const int32_t plane = image.plane(), at = row * image.width + column;
    const auto grey = static_cast<float>(image.grey(at));
    for (int32_t channel = 0; channel < image.channels; ++channel) {
      to[channel * plane] = blended(operation, image.pixels[channel * plane + at], grey);
    }
  }
};

/// Blends with the smoothed image, in which a pixel has five times the weight of each of its eight neighbours, and
/// those at the border are the image's own.
struct SharpenedPixels {
  Image image;
  ImageOperation operation;

  LAYER_ROTATION_HOST_DEVICE void operator()(int32_t row, int32_t column, uint8_t* to) const {
    const int32_t plane = image.plane(), width = image.width, at = row * width + column;
    const bool is_inside = 0 < row && row < image.height - 1 && 0 < column && column < width - 1;
    for (int32_t channel = 0; channel < image.channels; ++channel) {
      const uint8_t* from = image.pixels + channel * plane + at;
      // A pixel blends with itself too, which rounding may make darker by one.
      to[channel * plane] = blended(operation, *from, is_inside ? smoothed(from, width) : static_cast<float>(*from));
    }
  }

 private:
  LAYER_ROTATION_HOST_DEVICE static float smoothed(const uint8_t* at, int32_t width) {
    const auto three = [](const uint8_t* of) { return of[-1] + of[0] + of[1]; };
    const int32_t sum = three(at - width) + three(at) + three(at + width) + 4 * *at;
    return static_cast<float>((2 * sum + 13) / 26);  // sum / 13, rounded; it is never in the middle of two
  }
};

struct WarpedPixels {
  Image image;
  Warp warp;

  LAYER_ROTATION_HOST_DEVICE void operator()(int32_t row, int32_t column, uint8_t* to) const {
    const int32_t plane = image.plane(), source = warp.source(row, column, image.height, image.width);
    for (int32_t channel = 0; channel < image.channels; ++channel) {
      to[channel * plane] = source == kNowhere ? uint8_t{0} : image.pixels[channel * plane + source];
    }
  }
};

/// Calls `use(pixels)` with what writes the pixels of an image that the operation changes. `tones`: [channels][kTones],
/// filled in if the operation changes tones.
template <class Use>
LAYER_ROTATION_HOST_DEVICE void with_changed_pixels(const ImageOperation& operation, const Image& image,
                                                    const uint8_t* tones, const Use& use) {
  if (changes_tones(operation.kind)) return use(TonedPixels{image, tones});
  switch (operation.kind) {
    case Operation::kIdentity: return use(SamePixels{image});
    case Operation::kColor: return use(ColoredPixels{image, operation});
    case Operation::kSharpness: return use(SharpenedPixels{image, operation});
    default: return use(WarpedPixels{image, operation.warp});
  }
}

}  // namespace layer_rotation
