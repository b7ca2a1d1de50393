#pragma once

#include <cstdint>

#include "blend.h"

namespace layer_rotation {

constexpr int32_t kTones = 256;

/// The measurements of an image that decide the tones of some operations.
struct ToneMeasures {
  const int32_t* counts = nullptr;  ///< [kTones]: pixels of each value in the channel; for kAutoContrast, kEqualize
  float mean = 0;                   ///< of the grey image; for kContrast
};

/// Returns whether the operation needs the counts of an image's values.
LAYER_ROTATION_HOST_DEVICE inline bool counts_tones(Operation kind) {
  return kind == Operation::kAutoContrast || kind == Operation::kEqualize;
}

/// Returns whether the operation replaces each value of a channel by another one, wherever it is.
LAYER_ROTATION_HOST_DEVICE inline bool changes_tones(Operation kind) {
  return kind == Operation::kBrightness || kind == Operation::kContrast || kind == Operation::kPosterize ||
         kind == Operation::kSolarize || counts_tones(kind);
}

/// Stretches the values of a channel to 0 … 255.
class AutoContrast {
 public:
  LAYER_ROTATION_HOST_DEVICE explicit AutoContrast(const int32_t* counts) {
    int32_t lowest = 0, highest = kTones - 1;
    while (counts[lowest] == 0) ++lowest;
    while (counts[highest] == 0) --highest;
    if (lowest == highest) return;
    lowest_ = static_cast<float>(lowest);
    // PyTorch divides a number by a tensor in two steps, each of which rounds.
    scale_ = product(1.0f / static_cast<float>(highest - lowest), 255.0f);
  }
  LAYER_ROTATION_HOST_DEVICE uint8_t operator()(int32_t value) const {
    return as_pixel(product(static_cast<float>(value) - lowest_, scale_));
  }

 private:
  float lowest_ = 0;
  float scale_ = 1;
};

/// Spreads the values of a channel so that each is about as frequent as any other.
class Equalize {
 public:
  LAYER_ROTATION_HOST_DEVICE explicit Equalize(const int32_t* counts) {
    int32_t pixels = 0, last = 0;
    for (int32_t value = 0; value < kTones; ++value) {
      if (counts[value] == 0) continue;
      last = counts[value];
      pixels += last;
    }
    step_ = (pixels - last) / 255;
  }
  /// @param below the number of pixels with smaller values
  LAYER_ROTATION_HOST_DEVICE uint8_t operator()(int32_t value, int32_t below) const {
    if (step_ == 0) return static_cast<uint8_t>(value);
    const int32_t equalized = (below + step_ / 2) / step_;
    return static_cast<uint8_t>(equalized > 255 ? 255 : equalized);
  }

 private:
  int32_t step_;
};

/// Fills in the entries begin … end-1 of a channel's new tones, [kTones].
LAYER_ROTATION_HOST_DEVICE inline void fill_tones(const ImageOperation& operation, const ToneMeasures& measures,
                                                  int32_t begin, int32_t end, uint8_t* tones) {
  const auto fill = [&](const auto& tone) {
    for (int32_t value = begin; value < end; ++value) tones[value] = tone(value);
  };
  const auto pixel = [](int32_t value) { return static_cast<uint8_t>(value); };
  switch (operation.kind) {
    case Operation::kBrightness: return fill([&](int32_t value) { return blended(operation, pixel(value), 0); });
    case Operation::kContrast:
      return fill([&](int32_t value) { return blended(operation, pixel(value), measures.mean); });
    case Operation::kPosterize: return fill([&](int32_t value) { return pixel(value & operation.mask); });
    case Operation::kSolarize:
      return fill(
          [&](int32_t value) { return pixel(static_cast<float>(value) >= operation.threshold ? 255 - value : value); });
    case Operation::kAutoContrast: return fill(AutoContrast(measures.counts));
    case Operation::kEqualize: {
      const Equalize equalized(measures.counts);
      int32_t below = 0;
      for (int32_t value = 0; value < begin; ++value) below += measures.counts[value];
      return fill([&](int32_t value) {
        const uint8_t tone = equalized(value, below);
        below += measures.counts[value];
        return tone;
      });
    }
    default: return;
  }
}

}  // namespace layer_rotation
