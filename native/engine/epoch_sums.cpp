#include "epoch_sums.h"

#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

namespace layer_rotation {

EpochSums::EpochSums(at::Device device)
    : loss_(at::zeros({}, at::dtype(at::kDouble).device(device))),
      hits_(at::zeros({}, at::dtype(at::kLong).device(device))) {}

void EpochSums::add(const at::Tensor& loss, const at::Tensor& logits, const at::Tensor& labels) {
  c10::NoGradGuard no_grad;
  loss_.add_(loss.detach(), labels.numel());
  hits_.add_(logits.detach().argmax(1).eq(labels).sum());
  examples_ += labels.numel();
}

EpochSums::Means EpochSums::means() const {
  const auto examples = static_cast<double>(examples_);
  return {loss_.item<double>() / examples, static_cast<double>(hits_.item<int64_t>()) / examples};
}

}  // namespace layer_rotation
