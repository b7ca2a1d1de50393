#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace layer_rotation {

/// A batch of images with their labels.
struct Batch {
  at::Tensor pixels;  ///< uint8 [batch, …shape]
  at::Tensor labels;  ///< int64 [batch]
};

/// The images of one split, kept on the device as bytes, with their labels.
class Images {
 public:
  /// `pixels`: uint8 [n, …shape]; `labels`: int32 [n]. Tensors on another device are copied to `device`.
  Images(const at::Tensor& pixels, const at::Tensor& labels, at::Device device)
      : pixels_(pixels.to(device)), labels_(labels.to(device, at::kLong)) {}

  int64_t size() const { return pixels_.size(0); }
  const at::Tensor& pixels() const { return pixels_; }
  /// int64 [n]
  const at::Tensor& labels() const { return labels_; }
  /// The bytes that pixels and labels take on the device.
  int64_t memory() const { return static_cast<int64_t>(pixels_.nbytes() + labels_.nbytes()); }

 private:
  at::Tensor pixels_;
  at::Tensor labels_;
};

}  // namespace layer_rotation
