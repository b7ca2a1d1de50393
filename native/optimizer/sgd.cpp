#include "sgd.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

namespace layer_rotation {

Sgd::Sgd(const SgdSpec& spec, WeightDecay decay, rotation::Layers& layers, std::vector<Follower> followers)
    : spec_(spec), decay_(std::move(decay)), layers_(layers), followers_(std::move(followers)) {
  const auto velocity = [&](const at::Tensor& parameter) {
    return spec_.momentum == 0 ? at::Tensor() : at::zeros_like(parameter);
  };
  for (size_t layer = 0; layer < layers_.size(); ++layer) velocity_.push_back(velocity(layers_.weight(layer)));
  for (const Follower& follower : followers_) follower_velocity_.push_back(velocity(follower.parameter));
}

void Sgd::step(const double* rates, rotation::StepRecord* records) {
  c10::NoGradGuard no_grad;
  if (layers_.has_cpu_kernels()) {
    step_cpu(rates, records);
  } else {
    step_aten(rates, records);
  }
  step_followers(rates);
}

void Sgd::step_followers(const double* rates) {
  for (size_t i = 0; i < followers_.size(); ++i) {
    at::Tensor& parameter = followers_[i].parameter;
    parameter.add_(advance_aten(parameter, follower_velocity_[i], rates[followers_[i].layer], decay_.others));
  }
}

at::Tensor Sgd::advance_aten(const at::Tensor& parameter, at::Tensor& velocity, double rate, double decay) {
  const at::Tensor gradient = decay == 0 ? parameter.grad() : parameter.grad().add(parameter, decay);
  if (!velocity.defined()) return gradient * -rate;
  velocity.mul_(spec_.momentum).sub_(gradient, rate);
  return spec_.nesterov ? (velocity * spec_.momentum).sub_(gradient, rate) : velocity;
}

}  // namespace layer_rotation
