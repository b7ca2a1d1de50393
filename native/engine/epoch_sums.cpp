#include "epoch_sums.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

namespace layer_rotation {

EpochSums::EpochSums(at::Device device)
    : loss_(at::zeros({}, at::dtype(at::kDouble).device(device))),
      correct_(at::zeros({}, at::dtype(at::kLong).device(device))) {}

void EpochSums::add(const CrossEntropy& batch, int64_t examples) {
  c10::NoGradGuard no_grad;
  loss_.add_(batch.loss, examples);
  correct_.add_(batch.correct);
  examples_ += examples;
}

EpochSums::Means EpochSums::means() const {
  const auto examples = static_cast<double>(examples_);
  return {loss_.item<double>() / examples, static_cast<double>(correct_.item<int64_t>()) / examples};
}

}  // namespace layer_rotation
