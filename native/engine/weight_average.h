#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/_foreach_lerp.h>
#include <c10/core/GradMode.h>

#include <string>
#include <utility>
#include <vector>

#include "../error.h"
#include "../model/network.h"
#include "named_tensor.h"

namespace layer_rotation {

/// A running average of a network's parameters and buffers, in fp32 on its device. It takes no memory before its first
/// move.
class WeightAverage {
 public:
  explicit WeightAverage(Network& network) : network_(network) {}

  bool is_empty() const { return average_.empty(); }

  /// average ← average + weight·(state − average), by the operation of torch.optim.swa_utils. A weight of 1, which the
  /// first move must have, copies the state. Enqueued on the device.
  void move(double weight) {
    c10::NoGradGuard no_grad;
    const std::vector<at::Tensor> current = state();
    if (average_.empty()) {
      for (const at::Tensor& tensor : current) average_.push_back(tensor.clone());
    } else {
      at::_foreach_lerp_(average_, current, weight);
    }
  }

  /// Exchanges the average and the network's state.
  void swap() {
    c10::NoGradGuard no_grad;
    if (average_.empty()) throw Error("INVALID_CONFIG", "average: no step was averaged yet");
    const std::vector<at::Tensor> current = state();
    for (size_t i = 0; i < current.size(); ++i) {
      const at::Tensor kept = current[i].clone();
      current[i].copy_(average_[i]);
      average_[i].copy_(kept);
    }
    network_.refresh_shadows();
  }

  /// '<prefix><tensor>', copied to the host; empty before the first move.
  std::vector<NamedTensor> tensors(const std::string& prefix) const {
    std::vector<NamedTensor> tensors;
    const std::vector<NamedState> own = network_.state();
    for (size_t i = 0; i < average_.size(); ++i) tensors.push_back(on_host(prefix + own[i].first, average_[i]));
    return tensors;
  }

  /// Sets the average to values in the order of the network's state; none empty it.
  void set(const std::vector<at::Tensor>& values) {
    c10::NoGradGuard no_grad;
    average_.clear();
    const std::vector<at::Tensor> current = state();
    for (size_t i = 0; i < values.size(); ++i) average_.push_back(current[i].clone().copy_(values[i]));
  }

  /// The tensors themselves, in the order of the network's state; none before the first move.
  const std::vector<at::Tensor>& values() const { return average_; }

  int64_t memory() const {
    int64_t bytes = 0;
    for (const at::Tensor& tensor : average_) bytes += static_cast<int64_t>(tensor.nbytes());
    return bytes;
  }

 private:
  std::vector<at::Tensor> state() const {
    std::vector<at::Tensor> tensors;
    for (const auto& [name, tensor] : network_.state()) tensors.push_back(tensor.detach());
    return tensors;
  }

  Network& network_;
  std::vector<at::Tensor> average_;
};

}  // namespace layer_rotation
