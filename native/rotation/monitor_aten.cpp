#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <c10/core/InferenceMode.h>

#include "monitor.h"

namespace layer_rotation::rotation {

std::vector<Displacement> measure_displacement_aten(const Layers& layers, const Reference& reference) {
  if (layers.size() == 0) return {};
  c10::InferenceMode inference;
  std::vector<at::Tensor> sums;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const at::Tensor from = reference.weight(layer).to(at::kDouble);
    const at::Tensor weight = layers.weight(layer).to(at::kDouble);
    const at::Tensor difference = weight - from;
    sums.push_back(at::sum(difference.square()));
    sums.push_back(at::sum(difference * from));
    sums.push_back(at::sum(weight.square()));
  }
  // One copy to the host for all layers, because each copy waits for the device.
  const at::Tensor on_host = at::stack(sums).cpu();
  const double* sum = on_host.const_data_ptr<double>();
  std::vector<Displacement> total;
  for (size_t layer = 0; layer < layers.size(); ++layer, sum += 3) total.push_back({sum[0], sum[1], sum[2]});
  return total;
}

}  // namespace layer_rotation::rotation
