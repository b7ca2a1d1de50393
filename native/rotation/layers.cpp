#include "layers.h"

#include <c10/util/Exception.h>

namespace layer_rotation::rotation {

Layers::Layers(std::vector<at::Tensor> weights, Backend backend)
    : weights_(std::move(weights)), initial_(weights_), backend_(backend) {
  for (size_t layer = 0; layer < weights_.size(); ++layer) {
    const at::Tensor& weight = weights_[layer];
    TORCH_CHECK(weight.scalar_type() == at::kFloat && weight.is_non_overlapping_and_dense(), "layer ", layer,
                ": expected a dense fp32 weight");
    add_chunks(chunks_, layer, weight.numel());
  }
}

}  // namespace layer_rotation::rotation
