#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "../device/backend.h"

namespace layer_rotation {

/// One number for all channels of an image, or one for each.
struct NormalizationSpec {
  std::vector<double> mean;       ///< [1] or [channels]
  std::vector<double> deviation;  ///< as many, each above 0
};

/// How bytes become a network's input: (pixel − mean) / deviation, in fp32.
class Normalization {
 public:
  /// For pixels on `device`. Our own kernel for the CPU normalises them, or ATen operations do. The values are the
  /// same.
  Normalization(const NormalizationSpec& spec, at::Device device, Backend backend);

  /// uint8 → fp32, or that rounded to bf16, of the same shape. One mean for all channels takes any shape; one a channel
  /// takes [batch, channels, height, width], and so does channels_last.
  at::Tensor operator()(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const;

  struct Scalar {
    double mean;
    double deviation;
  };
  /// What each byte of each channel becomes, [1 or channels][256].
  template <class Value>
  const std::vector<Value>& values() const;

  /// The two numbers where all channels have the same; nothing where each has its own.
  std::optional<Scalar> scalar() const { return scalar_; }

 private:
  at::Tensor normalize_cpu(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const;

  Backend backend_;
  std::optional<Scalar> scalar_;
  at::Tensor mean_;       ///< fp32 [], or [channels, 1, 1]
  at::Tensor deviation_;  ///< likewise
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
