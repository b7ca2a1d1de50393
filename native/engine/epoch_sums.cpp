#include "epoch_sums.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>

namespace layer_rotation {

EpochSums::EpochSums(at::Device device, const State& earlier)
    : loss_(at::scalar_tensor(earlier.loss, at::dtype(at::kDouble).device(device))),
      hits_(at::tensor({earlier.hits, 0.0}, at::dtype(at::kDouble)).to(device)),
      examples_(earlier.examples) {}

void EpochSums::add(const BatchLoss& batch, int64_t examples) {
  c10::NoGradGuard no_grad;
  loss_.add_(batch.loss, examples);
  hits_.add_(batch.hits);
  examples_ += examples;
}

void EpochSums::add_up(SharedStep& shared) {
  c10::NoGradGuard no_grad;
  at::Tensor all = at::stack({loss_, hits_[0], hits_[1], at::full_like(loss_, static_cast<double>(examples_))});
  shared.add_up(all);
  loss_.copy_(all[0]);
  hits_.copy_(all.narrow(0, 1, 2));
  examples_ = static_cast<int64_t>(all[3].item<double>());
}

EpochSums::Means EpochSums::means() const {
  const auto examples = static_cast<double>(examples_);
  const at::Tensor hits = hits_.cpu();
  const auto share = [&](int64_t i) { return hits.const_data_ptr<double>()[i] / examples; };
  return {loss_.item<double>() / examples, share(0), share(1)};
}

EpochSums::State EpochSums::state() const {
  return {loss_.item<double>(), hits_.cpu().const_data_ptr<double>()[0], examples_};
}

}  // namespace layer_rotation
