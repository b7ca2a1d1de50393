#include "cross_entropy.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <c10/core/GradMode.h>

namespace layer_rotation {

CrossEntropy cross_entropy(const at::Tensor& logits, const at::Tensor& labels, bool with_gradient) {
  c10::NoGradGuard no_grad;
  const at::Tensor log_probabilities = at::log_softmax(logits, 1);
  const at::Tensor index = labels.unsqueeze(1);
  CrossEntropy result;
  result.loss = log_probabilities.gather(1, index).to(at::kDouble).mean().neg();
  result.correct = log_probabilities.argmax(1).eq(labels).sum();
  if (with_gradient) {
    // softmax − onehot, averaged over the batch.
    const double share = 1.0 / static_cast<double>(labels.size(0));
    result.gradient = log_probabilities.exp().mul_(share);
    result.gradient.scatter_add_(1, index, at::full_like(index, -share, at::kFloat));
  }
  return result;
}

}  // namespace layer_rotation
