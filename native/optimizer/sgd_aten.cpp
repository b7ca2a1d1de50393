#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>

#include "../rotation/layca.h"
#include "sgd.h"

namespace layer_rotation {
namespace {

using rotation::StepRecord;
using rotation::StepSums;

at::Tensor inner_product(const at::Tensor& x, const at::Tensor& y) { return at::sum(x * y); }

/// rotation::layca() on the device, so that no layer waits for the host: the two factors as fp64 scalars.
std::pair<at::Tensor, at::Tensor> layca(const at::Tensor& weight, const at::Tensor& update, double rate, double norm) {
  const at::Tensor a = inner_product(update, weight), b = inner_product(weight, weight),
                   c = inner_product(update, update);
  const at::Tensor squared_tangential = c - a * a / b;
  const at::Tensor smallest = (c * (rotation::kSmallestShare * rotation::kSmallestShare))
                                  .clamp_min(rotation::kSmallestUpdate * rotation::kSmallestUpdate);
  const at::Tensor frozen = (squared_tangential <= smallest).logical_or(b == 0);
  const at::Tensor step = rate * (b / squared_tangential).sqrt();
  const at::Tensor restore = norm / (b * (1 + rate * rate)).sqrt();
  return {at::where(frozen, 1.0, (1 - step * a / b) * restore), at::where(frozen, 0.0, step * restore)};
}

}  // namespace

void Sgd::step_aten(const double* rates, StepRecord* records) {
  std::vector<at::Tensor> sums;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    at::Tensor stored = layers_.weight(layer);
    const at::Tensor update =
        advance_aten(stored, velocity_[layer], rates[layer], decay_.layers[layer]).to(at::kDouble);
    const at::Tensor before = stored.to(at::kDouble);
    if (spec_.layca) {
      const auto [weight_factor, update_factor] =
          layca(before, update, rates[layer], std::sqrt(layers_.initial_squared_norm(layer)));
      stored.copy_(before * weight_factor + update * update_factor);
    } else {
      stored.copy_(before + update);
    }
    if (records == nullptr) continue;
    const at::Tensor after = stored.to(at::kDouble), initial = layers_.initial(layer).to(at::kDouble);
    const at::Tensor step = after - before, difference = after - initial;
    for (const at::Tensor& sum :
         {inner_product(difference, difference), inner_product(difference, initial), inner_product(after, after),
          inner_product(before, before), inner_product(step, step), inner_product(step, before)}) {
      sums.push_back(sum);
    }
  }
  if (records == nullptr || sums.empty()) return;
  const at::Tensor on_host = at::stack(sums).cpu();
  const double* sum = on_host.const_data_ptr<double>();
  for (size_t layer = 0; layer < layers_.size(); ++layer, sum += 6) {
    records[layer] =
        StepSums{{sum[0], sum[1], sum[2]}, sum[3], sum[4], sum[5]}.record(layers_.initial_squared_norm(layer));
  }
}

}  // namespace layer_rotation
