#include "reference.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/sum.h>

namespace layer_rotation::rotation {

Reference::Reference(const std::vector<at::Tensor>& weights) {
  for (const at::Tensor& weight : weights) {
    weights_.push_back(weight.detach().clone());
    squared_norm_.push_back(at::sum(weights_.back().to(at::kDouble).square()).item<double>());
  }
}

}  // namespace layer_rotation::rotation
