#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <c10/core/InferenceMode.h>

#include "monitor.h"

namespace layer_rotation::rotation {

void measure_rotation_aten(const Layers& layers, double* rotation) {
  if (layers.size() == 0) return;
  c10::InferenceMode inference;
  std::vector<at::Tensor> sums;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const at::Tensor initial = layers.initial(layer).to(at::kDouble);
    const at::Tensor weight = layers.weight(layer).to(at::kDouble);
    const at::Tensor difference = weight - initial;
    sums.push_back(at::sum(difference.square()));
    sums.push_back(at::sum(difference * initial));
    sums.push_back(at::sum(weight.square()));
  }
  // One copy to the host for all layers: each would wait for the device.
  const at::Tensor on_host = at::stack(sums).cpu();
  const double* sum = on_host.const_data_ptr<double>();
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    rotation[layer] = Displacement{sum[3 * layer], sum[3 * layer + 1], sum[3 * layer + 2]}.rotation(
        layers.initial_squared_norm(layer));
  }
}

}  // namespace layer_rotation::rotation
