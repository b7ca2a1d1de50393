#include <ATen/ops/linspace.h>

#include <cmath>
#include <numbers>

#include "image_operation.h"

namespace layer_rotation {
namespace {

/// The number of magnitudes: torchvision's num_magnitude_bins.
constexpr int64_t kMagnitudes = 31;
constexpr double kLargestShear = 0.3;
constexpr double kLargestTranslation = 150.0 / 331.0;  ///< of the image's side
constexpr double kLargestRotation = 30;                ///< degrees
constexpr double kLargestBlend = 0.9;
constexpr double kLargestPixel = 255;
constexpr double kMostBitsLost = 4;

/// The magnitude between `first` and `last`. LibTorch's own operation gives torchvision's bits.
double between(double first, double last, int64_t magnitude) {
  return at::linspace(first, last, kMagnitudes, at::dtype(at::kFloat))[magnitude].item<double>();
}

ImageOperation blend(Operation kind, double change) {
  ImageOperation operation{kind};
  operation.factor = static_cast<float>(1 + change);
  operation.rest = static_cast<float>(1 - (1 + change));
  return operation;
}

ImageOperation warp(Operation kind, const Warp& warp) {
  ImageOperation operation{kind};
  operation.warp = warp;
  return operation;
}

Warp rotation(double degrees, PlaneSize size) {
  const double angle = degrees * std::numbers::pi / 180, sine = std::sin(angle), cosine = std::cos(angle);
  return make_warp({cosine, -sine, sine, cosine}, {0, 0}, {0, 0}, size);
}

}  // namespace

ImageOperations image_operations(int64_t magnitude, int64_t channels, int64_t height, int64_t width) {
  const PlaneSize size{height, width};
  const Point corner{-0.5 * static_cast<double>(width), -0.5 * static_cast<double>(height)}, centre{0, 0};
  const double shear = between(0, kLargestShear, magnitude), angle = between(0, kLargestRotation, magnitude),
               change = between(0, kLargestBlend, magnitude),
               across = std::trunc(between(0, kLargestTranslation * static_cast<double>(width), magnitude)),
               down = std::trunc(between(0, kLargestTranslation * static_cast<double>(height), magnitude));
  const auto with_sign = [&](double sign, ImageOperation* operations) {
    const auto set = [&](const ImageOperation& operation) { operations[static_cast<int>(operation.kind)] = operation; };
    set(warp(Operation::kShearX, make_warp({1, sign * shear, 0, 1}, corner, {0, 0}, size)));
    set(warp(Operation::kShearY, make_warp({1, 0, sign * shear, 1}, corner, {0, 0}, size)));
    set(warp(Operation::kTranslateX, make_warp({1, 0, 0, 1}, centre, {sign * across, 0}, size)));
    set(warp(Operation::kTranslateY, make_warp({1, 0, 0, 1}, centre, {0, sign * down}, size)));
    set(warp(Operation::kRotate, rotation(sign * angle, size)));
    set(blend(Operation::kBrightness, sign * change));
    if (channels == 3) set(blend(Operation::kColor, sign * change));
    set(blend(Operation::kContrast, sign * change));
    if (height > 2 && width > 2) set(blend(Operation::kSharpness, sign * change));
    ImageOperation posterize{Operation::kPosterize}, solarize{Operation::kSolarize};
    const double lost = std::round(static_cast<double>(magnitude) * kMostBitsLost / (kMagnitudes - 1));
    posterize.mask = static_cast<uint8_t>(0xff << static_cast<int>(lost));
    set(posterize);
    solarize.threshold = static_cast<float>(between(kLargestPixel, 0, magnitude));
    set(solarize);
    set({Operation::kAutoContrast});
    set({Operation::kEqualize});
  };
  ImageOperations operations;
  with_sign(1, operations.positive);
  with_sign(-1, operations.negative);
  return operations;
}

}  // namespace layer_rotation
