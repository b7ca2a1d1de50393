#include "not_finite.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>

#include <cmath>

namespace layer_rotation {

std::vector<std::string> not_finite_state(const Network& network) {
  const auto state = network.state();
  std::vector<at::Tensor> sums;
  for (const auto& [name, tensor] : state) sums.push_back(at::sum(tensor, at::kFloat));
  // All at once: on a GPU each transfer would wait.
  const at::Tensor on_host = at::stack(sums).cpu();
  std::vector<std::string> names;
  for (size_t i = 0; i < state.size(); ++i) {
    if (std::isfinite(on_host.const_data_ptr<float>()[i])) continue;
    // Large numbers may have a sum that is none.
    if (!at::isfinite(state[i].second).all().item<bool>()) names.push_back(state[i].first);
  }
  return names;
}

}  // namespace layer_rotation
