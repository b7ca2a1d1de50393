#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace layer_rotation {

/// Some images with their labels.
struct Batch {
  at::Tensor pixels;  ///< uint8 [batch, …shape]
  at::Tensor labels;  ///< int64 [batch]
};

/// The images of one split, kept on the device as bytes, with their labels.
class Images {
 public:
  /// `pixels`: uint8 [n, …shape]; `labels`: int32 [n]. What is on another device is copied to `device`.
  Images(const at::Tensor& pixels, const at::Tensor& labels, at::Device device);

  int64_t size() const { return pixels_.size(0); }
  const at::Tensor& pixels() const { return pixels_; }
  /// int64 [n]
  const at::Tensor& labels() const { return labels_; }
  /// Bytes on the device.
  int64_t memory() const { return static_cast<int64_t>(pixels_.nbytes() + labels_.nbytes()); }

 private:
  at::Tensor pixels_;
  at::Tensor labels_;
};

}  // namespace layer_rotation
