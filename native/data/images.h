#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace layer_rotation {

/// The images of one split, kept on the device as bytes, with their labels.
class Images {
 public:
  /// `pixels`: uint8 [n, …shape]; `labels`: int32 [n]; both are copied to `device`.
  Images(const at::Tensor& pixels, const at::Tensor& labels, at::Device device);

  int64_t size() const { return pixels_.size(0); }
  /// Bytes on the device.
  int64_t memory() const { return static_cast<int64_t>(pixels_.nbytes() + labels_.nbytes()); }

  struct Batch {
    at::Tensor pixels;  ///< uint8 [batch, …shape]
    at::Tensor labels;  ///< int64 [batch]
  };
  /// The examples at `indices` (int64 [batch] on the device).
  Batch gather(const at::Tensor& indices) const;
  /// The examples begin … end-1.
  Batch range(int64_t begin, int64_t end) const;

 private:
  at::Tensor pixels_;
  at::Tensor labels_;
};

}  // namespace layer_rotation
