#include "loss.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <vector>

#include "row_loss.h"

namespace layer_rotation {
namespace {

/// One pass over the rows: for few classes the ATen operations below cost more than the arithmetic.
BatchLoss part_loss_cpu(const LossSpec& spec, const at::Tensor& given, const BatchLabels& labels,
                        int64_t labels_of_batch, bool with_gradient) {
  const at::Tensor logits = given.contiguous();
  const int64_t rows = logits.size(0), classes = logits.size(1);
  const auto divisor = static_cast<double>(labels_of_batch);
  const float* from = logits.const_data_ptr<float>();
  const int64_t* label = labels.labels.const_data_ptr<int64_t>();
  const int64_t* other = labels.others.defined() ? labels.others.const_data_ptr<int64_t>() : nullptr;
  BatchLoss result;
  if (with_gradient) result.gradient = at::empty_like(logits);
  float* gradient = with_gradient ? result.gradient.data_ptr<float>() : nullptr;

  std::vector<RowLoss> of_rows(rows);
  at::parallel_for(0, rows, std::max<int64_t>(1, 2560 / classes), [&](int64_t begin, int64_t end) {
    std::vector<float> scratch(with_gradient ? 0 : classes);
    for (int64_t row = begin; row < end; ++row) {
      float* to = with_gradient ? gradient + row * classes : nullptr;
      const auto loss_of = [&](const auto& of_row) {
        return row_loss(OneLane(), spec, from + row * classes, classes, of_row, divisor,
                        with_gradient ? to : scratch.data(), to);
      };
      of_rows[row] =
          other == nullptr ? loss_of(OneLabel{label[row]}) : loss_of(TwoLabels{label[row], other[row], labels.share});
    }
  });
  double loss = 0;
  result.hits = at::zeros({2}, at::kDouble);
  result.losses = at::empty({rows}, at::kDouble);
  auto* hits = result.hits.data_ptr<double>();
  auto* losses = result.losses.data_ptr<double>();
  for (int64_t row = 0; row < rows; ++row) {
    loss += losses[row] = of_rows[row].loss;
    hits[0] += of_rows[row].hits;
    hits[1] += of_rows[row].top5_hits;
  }
  result.loss = at::scalar_tensor(loss / divisor, at::kDouble);
  return result;
}

/// The number of logits in each row that are larger than that of the label: int64 [rows].
at::Tensor ranks(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor index = labels.unsqueeze(1), of_label = logits.gather(1, index);
  const at::Tensor later = at::arange(logits.size(1), labels.options()).ge(index);
  return logits.lt(of_label).logical_or_(logits.eq(of_label).logical_and_(later)).logical_not_().sum(1);
}

at::Tensor hits_of(const at::Tensor& ranks) {
  return at::stack({ranks.eq(0).sum(), ranks.lt(kTop).sum()}).to(at::kDouble);
}

BatchLoss part_loss_aten(const LossSpec& spec, const at::Tensor& logits, const BatchLabels& labels,
                         int64_t labels_of_batch, bool with_gradient) {
  const int64_t rows = logits.size(0), classes = logits.size(1);
  const at::Tensor log_probabilities = at::log_softmax(logits.to(at::kDouble), 1);
  const at::Tensor index = labels.labels.unsqueeze(1);
  const bool has_two = labels.others.defined();
  const at::Tensor other_index = has_two ? labels.others.unsqueeze(1) : at::Tensor();
  const auto [at_label, everywhere] = targets(spec, classes);
  at::Tensor losses = log_probabilities.gather(1, index).mul_(-at_label * labels.share);
  if (has_two) losses.sub_(log_probabilities.gather(1, other_index), at_label * (1 - labels.share));
  if (everywhere > 0) losses.sub_(log_probabilities.sum(1, /*keepdim=*/true), everywhere);
  at::Tensor clipped;
  if (spec.type == LossSpec::Type::kKerasCrossEntropy) {
    clipped = losses.lt(kSmallestKerasLoss).logical_or_(losses.gt(kLargestKerasLoss));
    losses.clamp_(kSmallestKerasLoss, kLargestKerasLoss);
  }

  BatchLoss result;
  result.loss = losses.mean().mul_(static_cast<double>(rows) / static_cast<double>(labels_of_batch));
  result.losses = losses.squeeze(1);
  result.hits = hits_of(ranks(logits, labels.labels)).mul_(labels.share);
  if (has_two) result.hits.add_(hits_of(ranks(logits, labels.others)), 1 - labels.share);
  if (with_gradient) {
    const double share = 1.0 / static_cast<double>(labels_of_batch);
    at::Tensor gradient = log_probabilities.exp().mul_(share).sub_(everywhere * share);
    gradient.scatter_add_(1, index, at::full_like(index, -at_label * labels.share * share, at::kDouble));
    if (has_two) {
      const double at_other = at_label * (1 - labels.share);
      gradient.scatter_add_(1, other_index, at::full_like(other_index, -at_other * share, at::kDouble));
    }
    if (clipped.defined()) gradient.masked_fill_(clipped, 0);
    result.gradient = gradient.to(at::kFloat);
  }
  return result;
}

}  // namespace

BatchLoss batch_loss(const LossSpec& spec, const at::Tensor& logits, const BatchLabels& labels, bool with_gradient,
                     Backend backend) {
  return part_loss(spec, logits, labels, labels.labels.numel(), with_gradient, backend);
}

BatchLoss part_loss(const LossSpec& spec, const at::Tensor& logits, const BatchLabels& labels, int64_t labels_of_batch,
                    bool with_gradient, Backend backend) {
  c10::NoGradGuard no_grad;
  const at::Tensor rows = logits.flatten(0, -2);
  const BatchLabels of_rows(labels.labels.flatten(), labels.others.defined() ? labels.others.flatten() : at::Tensor(),
                            labels.share);
  BatchLoss result = backend == Backend::kCpu ? part_loss_cpu(spec, rows, of_rows, labels_of_batch, with_gradient)
                                              : part_loss_aten(spec, rows, of_rows, labels_of_batch, with_gradient);
  if (with_gradient) result.gradient = result.gradient.view(logits.sizes());
  return result;
}

}  // namespace layer_rotation
