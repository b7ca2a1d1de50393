#pragma once

#include <ATen/core/Tensor.h>

namespace layer_rotation {

/// Softmax cross-entropy of logits [batch, classes] against labels (int64 [batch]).
struct CrossEntropy {
  at::Tensor loss;      ///< fp64 scalar: mean over the batch of −log softmax(logits)[label]
  at::Tensor correct;   ///< int64 scalar: examples whose label has the largest logit
  at::Tensor gradient;  ///< fp32 [batch, classes]: ∂loss/∂logits; undefined unless asked for
};

/// Loss, hits and gradient from one softmax. All results stay on the device of `logits`.
CrossEntropy cross_entropy(const at::Tensor& logits, const at::Tensor& labels, bool with_gradient);

}  // namespace layer_rotation
