#include "cross_entropy.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/scalar_tensor.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace layer_rotation {
namespace {

/// One pass over the rows: for a handful of classes the dozen ATen operations below cost more than the arithmetic.
CrossEntropy cross_entropy_cpu(const at::Tensor& given, const at::Tensor& labels, bool with_gradient) {
  const at::Tensor logits = given.contiguous();
  const int64_t rows = logits.size(0), classes = logits.size(1);
  const float* from = logits.const_data_ptr<float>();
  const int64_t* label = labels.const_data_ptr<int64_t>();
  CrossEntropy result;
  if (with_gradient) result.gradient = at::empty_like(logits);
  float* gradient = with_gradient ? result.gradient.data_ptr<float>() : nullptr;

  std::vector<double> losses(rows);
  std::vector<char> correct(rows);
  at::parallel_for(0, rows, 256, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const float* x = from + row * classes;
      const float* largest = std::max_element(x, x + classes);
      double sum = 0;
      for (int64_t c = 0; c < classes; ++c) sum += std::exp(x[c] - *largest);
      losses[row] = std::log(sum) - (static_cast<double>(x[label[row]]) - *largest);
      correct[row] = largest - x == label[row];
      if (!with_gradient) continue;
      // softmax − onehot, averaged over the batch.
      const auto share = static_cast<float>(1 / (sum * static_cast<double>(rows)));
      for (int64_t c = 0; c < classes; ++c) gradient[row * classes + c] = std::exp(x[c] - *largest) * share;
      gradient[row * classes + label[row]] -= 1 / static_cast<float>(rows);
    }
  });
  double loss = 0;
  int64_t hits = 0;
  for (int64_t row = 0; row < rows; ++row) {
    loss += losses[row];
    hits += correct[row];
  }
  result.loss = at::scalar_tensor(loss / static_cast<double>(rows), at::kDouble);
  result.correct = at::scalar_tensor(hits, at::kLong);
  return result;
}

CrossEntropy cross_entropy_aten(const at::Tensor& logits, const at::Tensor& labels, bool with_gradient) {
  const at::Tensor log_probabilities = at::log_softmax(logits, 1);
  const at::Tensor index = labels.unsqueeze(1);
  CrossEntropy result;
  result.loss = log_probabilities.gather(1, index).to(at::kDouble).mean().neg();
  result.correct = log_probabilities.argmax(1).eq(labels).sum();
  if (with_gradient) {
    const double share = 1.0 / static_cast<double>(labels.size(0));
    result.gradient = log_probabilities.exp().mul_(share);
    result.gradient.scatter_add_(1, index, at::full_like(index, -share, at::kFloat));
  }
  return result;
}

}  // namespace

CrossEntropy cross_entropy(const at::Tensor& logits, const at::Tensor& labels, bool with_gradient) {
  c10::NoGradGuard no_grad;
  return logits.device().is_cpu() ? cross_entropy_cpu(logits, labels, with_gradient)
                                  : cross_entropy_aten(logits, labels, with_gradient);
}

}  // namespace layer_rotation
