#include "rand_augment.h"

#include <algorithm>
#include <array>

#include "changed_pixels.h"

namespace layer_rotation {
namespace {

constexpr size_t kMostChannels = 3;
using Tones = std::array<uint8_t, kMostChannels * kTones>;

float mean_grey(const Image& image) {
  int64_t sum = 0;
  for (int32_t at = 0; at < image.plane(); ++at) sum += image.grey(at);
  return static_cast<float>(sum) / static_cast<float>(image.plane());
}

std::array<int32_t, kTones> counted(const uint8_t* pixels, int32_t count) {
  std::array<int32_t, kTones> counts{};
  for (int32_t at = 0; at < count; ++at) ++counts[pixels[at]];
  return counts;
}

/// The new tones of an image: [channels][kTones].
Tones new_tones(const ImageOperation& operation, const Image& image) {
  Tones tones;
  const float mean = operation.kind == Operation::kContrast ? mean_grey(image) : 0;
  for (int32_t channel = 0; channel < image.channels; ++channel) {
    std::array<int32_t, kTones> counts;
    if (counts_tones(operation.kind)) counts = counted(image.pixels + channel * image.plane(), image.plane());
    fill_tones(operation, {counts.data(), mean}, 0, kTones, tones.data() + channel * kTones);
  }
  return tones;
}

void change(const ImageOperation& operation, const Image& image, uint8_t* to) {
  const Tones tones = changes_tones(operation.kind) ? new_tones(operation, image) : Tones();
  with_changed_pixels(operation, image, tones.data(), [&](const auto& pixels) {
    for (int32_t row = 0; row < image.height; ++row) {
      for (int32_t column = 0; column < image.width; ++column) pixels(row, column, to + row * image.width + column);
    }
  });
}

}  // namespace

RandAugment::RandAugment(const Augmentation& augmentation, int64_t channels, int64_t height, int64_t width)
    : augmentation_(augmentation),
      channels_(static_cast<int32_t>(channels)),
      height_(static_cast<int32_t>(height)),
      width_(static_cast<int32_t>(width)),
      operations_(image_operations(augmentation.spec().magnitude, channels, height, width)) {}

void RandAugment::operator()(int32_t image, uint8_t* pixels, std::vector<uint8_t>& scratch) const {
  const int64_t bytes = int64_t{channels_} * height_ * width_;
  for (int32_t index = 0; index < augmentation_.spec().operations; ++index) {
    const auto [kind, is_negative] = augmentation_.operation(image, index);
    const ImageOperation& operation = operations_.at(kind, is_negative);
    if (operation.kind == Operation::kIdentity) continue;
    scratch.assign(pixels, pixels + bytes);
    change(operation, {scratch.data(), channels_, height_, width_}, pixels);
  }
}

}  // namespace layer_rotation
