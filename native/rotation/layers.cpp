#include "layers.h"

#include <ATen/ops/sum.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace layer_rotation::rotation {
namespace {
// 64 KiB of weights: small enough to balance the threads on a single layer, large enough that a chunk's overhead is
// lost in its memory traffic.
constexpr int64_t kChunkSize = 16 * 1024;
}  // namespace

Layers::Layers(std::vector<at::Tensor> weights, bool prefer_aten)
    : weights_(std::move(weights)), has_cpu_kernels_(!prefer_aten) {
  for (size_t layer = 0; layer < weights_.size(); ++layer) {
    const at::Tensor& weight = weights_[layer];
    TORCH_CHECK(weight.scalar_type() == at::kFloat && weight.is_non_overlapping_and_dense(), "layer ", layer,
                ": expected a dense fp32 weight");
    has_cpu_kernels_ = has_cpu_kernels_ && weight.device().is_cpu();
    initial_.push_back(weight.detach().clone());
    initial_squared_norm_.push_back(at::sum(initial_.back().to(at::kDouble).square()).item<double>());
    first_chunk_.push_back(chunks_.size());
    for (int64_t begin = 0; begin < weight.numel(); begin += kChunkSize) {
      chunks_.push_back({layer, begin, std::min(begin + kChunkSize, weight.numel())});
    }
  }
  first_chunk_.push_back(chunks_.size());
}

}  // namespace layer_rotation::rotation
