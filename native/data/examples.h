#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace layer_rotation {

/// A batch of examples with their labels: images, or windows of token ids with the ids that follow.
struct Batch {
  at::Tensor inputs;  ///< uint8 or fp32 [batch, …shape], or int64 [batch, context]
  at::Tensor labels;  ///< int64 [batch], or int64 [batch, context]
};

/// The examples of one split, kept on the device.
class Examples {
 public:
  /// `images`: uint8 or fp32 [n, …shape]; `labels`: int32 [n]. Tensors on another device are copied to `device`.
  Examples(const at::Tensor& images, const at::Tensor& labels, at::Device device)
      : inputs_(images.to(device)),
        labels_(labels.to(device, at::kLong)),
        memory_(static_cast<int64_t>(inputs_.nbytes() + labels_.nbytes())) {}

  /// Windows of a sequence of token ids, int32 [n · context + 1]: each begins where the one before it ends, and the
  /// labels are the ids that follow those of the window, so that both lie in the same memory.
  Examples(const at::Tensor& tokens, int64_t context, at::Device device)
      : Examples(tokens.to(device), (tokens.numel() - 1) / context, context) {}

  int64_t size() const { return inputs_.size(0); }
  bool are_tokens() const { return inputs_.scalar_type() == at::kInt; }
  /// uint8 or fp32 [n, …shape], or int32 [n, context]
  const at::Tensor& inputs() const { return inputs_; }
  /// int64 [n], or int32 [n, context]
  const at::Tensor& labels() const { return labels_; }
  /// The bytes that the examples take on the device.
  int64_t memory() const { return memory_; }

 private:
  Examples(const at::Tensor& tokens, int64_t windows, int64_t context)
      : inputs_(tokens.narrow(0, 0, windows * context).view({windows, context})),
        labels_(tokens.narrow(0, 1, windows * context).view({windows, context})),
        memory_(static_cast<int64_t>(tokens.nbytes())) {}

  at::Tensor inputs_;
  at::Tensor labels_;
  int64_t memory_;
};

}  // namespace layer_rotation
