#include "not_finite.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace layer_rotation {

std::vector<std::string> not_finite(const std::vector<NamedState>& tensors) {
  if (tensors.empty()) return {};
  c10::NoGradGuard no_grad;
  std::vector<at::Tensor> sums;
  for (const auto& [name, tensor] : tensors) sums.push_back(at::sum(tensor, at::kFloat));
  // One transfer for all: on a GPU each transfer waits for the device.
  const at::Tensor on_host = at::stack(sums).cpu();
  std::vector<std::string> names;
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (std::isfinite(on_host.const_data_ptr<float>()[i])) continue;
    // The sum of large finite numbers may overflow.
    if (!at::isfinite(tensors[i].second).all().item<bool>()) names.push_back(tensors[i].first);
  }
  return names;
}

}  // namespace layer_rotation
