#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

namespace layer_rotation {

/// One number for all channels of an image, or one for each.
struct NormalizationSpec {
  std::vector<double> mean;       ///< [1] or [channels]
  std::vector<double> deviation;  ///< as many, each above 0
};

/// How bytes become a network's input: (pixel − mean) / deviation, in fp32.
class Normalization {
 public:
  /// For pixels on `device`. On the CPU our own kernel normalises them; everywhere else, and with `prefer_aten`, ATen
  /// operations do. The values are the same.
  Normalization(const NormalizationSpec& spec, at::Device device, bool prefer_aten);

  /// uint8 → fp32, or that rounded to bf16, of the same shape. One mean for all channels takes any shape; one a channel
  /// takes [batch, channels, height, width], and so does channels_last.
  at::Tensor operator()(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const;

  struct Scalar {
    double mean;
    double deviation;
  };
  /// The two numbers where all channels have the same; nothing where each has its own.
  std::optional<Scalar> scalar() const { return scalar_; }

 private:
  at::Tensor normalize_cpu(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const;

  std::optional<Scalar> scalar_;
  at::Tensor mean_;       ///< fp32 [], or [channels, 1, 1]
  at::Tensor deviation_;  ///< likewise
  // What each byte of each channel becomes, [1 or channels][256]; empty without the CPU's kernel.
  std::vector<float> fp32_values_;
  std::vector<at::BFloat16> bf16_values_;
};

}  // namespace layer_rotation
