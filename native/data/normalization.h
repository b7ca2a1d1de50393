#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "../device/backend.h"

namespace layer_rotation {

/// The mean and deviation of pixels: one number for all channels of an image, or one for each channel.
struct NormalizationSpec {
  std::vector<double> mean;       ///< [1] or [channels], finite
  std::vector<double> deviation;  ///< of the same length; finite and above 0
};

/// The normalisation of bytes, or of fp32 numbers, to a network's input: (pixel − mean) / deviation, in fp32.
class Normalization {
 public:
  /// Normalises pixels on `device`. Backend::kCpu selects this addon's CPU kernel, other values ATen operations; both
  /// give the same values.
  Normalization(const NormalizationSpec& spec, at::Device device, Backend backend);

  /// Turns uint8 or fp32 into fp32, or into that rounded to bf16, of the same shape. Means and deviations of single
  /// channels, and channels_last, need pixels [batch, channels, height, width]; otherwise any shape will do.
  at::Tensor operator()(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const;

  const at::Tensor& mean() const { return mean_; }
  const at::Tensor& deviation() const { return deviation_; }

  struct Scalar {
    double mean;
    double deviation;
  };
  /// The normalised value of each byte in each channel, [1 or channels][256].
  template <class Value>
  const std::vector<Value>& values() const;

  /// The mean and deviation if they are the same for all channels; nothing otherwise.
  std::optional<Scalar> scalar() const { return scalar_; }

 private:
  at::Tensor normalize_cpu(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const;

  Backend backend_;
  std::optional<Scalar> scalar_;
  at::Tensor mean_;       ///< fp32 [], or [channels, 1, 1]
  at::Tensor deviation_;  ///< of the same shape
  std::vector<float> fp32_values_;
  std::vector<at::BFloat16> bf16_values_;
};

template <>
inline const std::vector<float>& Normalization::values() const {
  return fp32_values_;
}
template <>
inline const std::vector<at::BFloat16>& Normalization::values() const {
  return bf16_values_;
}

}  // namespace layer_rotation
