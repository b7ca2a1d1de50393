#include "shared_step.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>

#include <array>
#include <cmath>
#include <cstring>

#include "../error.h"

namespace layer_rotation {
namespace {

/// The numbers behind the gradients and statistics. Losses and hits, which are fractions if images are mixed, take two
/// places each: fp32 alone has too few bits.
enum Tail { kLoss, kHits = 2, kTopHits = 4, kStops = 6, kStopsOfOthers, kTailSize };

/// Writes a number into two places: its fp32 value, and what that leaves of it.
void put(float* places, double number) {
  places[0] = static_cast<float>(number);
  places[1] = static_cast<float>(std::isfinite(number) ? number - static_cast<double>(places[0]) : 0);
}

/// The number, or the sum of numbers, that put() wrote.
double number_at(const float* places) { return static_cast<double>(places[0]) + static_cast<double>(places[1]); }

/// A tensor of `memory`, from its element `begin` on, of the shape and layout of `like`.
at::Tensor place(const at::Tensor& memory, int64_t begin, const at::Tensor& like) {
  return memory.as_strided(like.sizes(), like.strides(), begin);
}

/// A number that differs, but for chance, where a bit of the tensors does (FNV-1a over words of 32 bits).
int64_t digest(const std::vector<NamedState>& tensors) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor host = tensor.detach().cpu().to(at::kFloat).contiguous();
    const auto* from = static_cast<const char*>(host.const_data_ptr());
    for (int64_t i = 0; i < host.numel(); ++i) {
      uint32_t word = 0;
      std::memcpy(&word, from + i * sizeof(word), sizeof(word));
      hash = (hash ^ word) * 0x100000001b3;
    }
  }
  return static_cast<int64_t>(hash);
}

}  // namespace

SharedStep::SharedStep(std::shared_ptr<ProcessGroup> group, Network& network, at::Device device)
    : group_(std::move(group)), network_(network), device_(device) {
  c10::NoGradGuard no_grad;
  int64_t size = kTailSize;
  for (const at::Tensor& parameter : network.parameters()) {
    if (!parameter.requires_grad()) continue;
    parameters_.push_back(parameter);
    size += parameter.numel();
  }
  for (const auto& [name, statistic] : network.buffers()) {
    statistics_.push_back(statistic);
    size += statistic.numel();
  }
  sums_ = at::empty({size}, at::dtype(at::kFloat).device(device));
  int64_t next = 0;
  const auto take = [&](const at::Tensor& like) {
    at::Tensor taken = place(sums_, next, like);
    next += like.numel();
    return taken;
  };
  for (const at::Tensor& parameter : parameters_) gradients_.push_back(take(parameter.detach()));
  for (const at::Tensor& statistic : statistics_) statistic_sums_.push_back(take(statistic));
  tail_ = sums_.narrow(0, next, kTailSize);
}

SharedStep::Part SharedStep::part(int64_t examples) const {
  const int64_t rank = group_->rank(), size = group_->size();
  return {examples * rank / size, examples * (rank + 1) / size};
}

template <class Exchange>
void SharedStep::with_collectives(Exchange exchange) {
  try {
    exchange(group_->collectives(device_));
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    group_->report_failure(error.what_without_backtrace());
  } catch (const std::exception& error) {
    group_->report_failure(error.what());
  }
}

void SharedStep::broadcast(const std::vector<at::Tensor>& tensors) {
  c10::NoGradGuard no_grad;
  with_collectives([&](ProcessCollectives& all) {
    for (const at::Tensor& tensor : tensors) {
      const at::Tensor contiguous = tensor.detach().contiguous();
      all.broadcast(contiguous);
      if (contiguous.const_data_ptr() != tensor.const_data_ptr()) tensor.detach().copy_(contiguous);
    }
  });
}

void SharedStep::add_up(at::Tensor& tensor) {
  with_collectives([&](ProcessCollectives& all) { all.sum(tensor); });
}

void SharedStep::check_same_network() {
  const int64_t own = digest(network_.state());
  const at::Tensor first = at::tensor({own}, at::dtype(at::kLong)).to(device_);
  broadcast({first});
  if (first.item<int64_t>() == own) return;
  throw Error("DEVICE_FAILED", "the weights of rank " + std::to_string(rank()) +
                                   " are no longer those of rank 0, bit for bit: train on processors, or GPUs, of one "
                                   "model; if they are, one of them computes wrongly");
}

void SharedStep::begin_epoch() {
  must_stop_ = others_asked_ = false;
  seconds_ = 0;
  keep_statistics();
}

void SharedStep::keep_statistics() {
  c10::NoGradGuard no_grad;
  kept_.clear();
  for (const at::Tensor& statistic : statistics_) kept_.push_back(statistic.clone());
}

void SharedStep::pack(const std::optional<BatchLoss>& own, const Part& part, int64_t examples) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (gradient.defined()) {
      gradients_[i].copy_(gradient);
    } else {
      gradients_[i].zero_();
    }
  }
  const double weight = static_cast<double>(part.size()) / static_cast<double>(examples);
  for (size_t i = 0; i < statistics_.size(); ++i) statistic_sums_[i].copy_(statistics_[i]).mul_(weight);
  std::array<float, kTailSize> tail{};
  if (own) {
    const at::Tensor hits = own->hits.cpu();
    put(&tail[kLoss], own->loss.item<double>());
    put(&tail[kHits], hits.const_data_ptr<double>()[0]);
    put(&tail[kTopHits], hits.const_data_ptr<double>()[1]);
  }
  tail[kStops] = asks_to_stop_ ? 1 : 0;
  tail[kStopsOfOthers] = asks_to_stop_ && rank() != 0 ? 1 : 0;
  tail_.copy_(at::tensor(at::ArrayRef<float>(tail.data(), tail.size())));
}

BatchLoss SharedStep::add_up(const std::optional<BatchLoss>& own, const Part& part, int64_t examples) {
  c10::NoGradGuard no_grad;
  pack(own, part, examples);
  const auto begin = std::chrono::steady_clock::now();
  try {
    add_up(sums_);
  } catch (...) {
    for (size_t i = 0; i < statistics_.size(); ++i) statistics_[i].copy_(kept_[i]);
    throw;
  }
  const at::Tensor tail = tail_.cpu();  // waits for the device
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto* sums = tail.const_data_ptr<float>();
  must_stop_ = sums[kStops] > 0;
  others_asked_ = others_asked_ || sums[kStopsOfOthers] > 0;
  const double loss = number_at(sums + kLoss);
  if (std::isfinite(loss)) {
    for (size_t i = 0; i < parameters_.size(); ++i) parameters_[i].mutable_grad() = gradients_[i];
    for (size_t i = 0; i < statistics_.size(); ++i) statistics_[i].copy_(statistic_sums_[i]);
    keep_statistics();
  }
  BatchLoss whole;
  whole.loss = at::scalar_tensor(loss, at::dtype(at::kDouble).device(device_));
  whole.hits = at::tensor({number_at(sums + kHits), number_at(sums + kTopHits)}, at::dtype(at::kDouble)).to(device_);
  return whole;
}

}  // namespace layer_rotation
