#include "neurons.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>

#include "displacement_cpu.h"

namespace layer_rotation::rotation {
namespace {

std::vector<Displacement> displacements_cpu(const at::Tensor& weight, const at::Tensor& reference) {
  const int64_t count = neurons(weight), size = weight.numel() / count;
  const float *now = weight.const_data_ptr<float>(), *then = reference.const_data_ptr<float>();
  std::vector<Displacement> sums(static_cast<size_t>(count));
  at::parallel_for(0, count, 1 + 32 * 1024 / size, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) sums[i] = displacement_cpu(now, then, i * size, (i + 1) * size);
  });
  return sums;
}

std::vector<Displacement> displacements_aten(const at::Tensor& weight, const at::Tensor& reference) {
  const auto rows = [&](const at::Tensor& tensor) { return tensor.to(at::kDouble).reshape({neurons(weight), -1}); };
  const at::Tensor now = rows(weight), then = rows(reference), difference = now - then;
  const at::Tensor sums =
      at::stack({at::sum(difference.square(), 1), at::sum(difference * then, 1), at::sum(now.square(), 1)}, 1).cpu();
  const double* sum = sums.const_data_ptr<double>();
  std::vector<Displacement> result;
  for (int64_t i = 0; i < neurons(weight); ++i, sum += 3) result.push_back({sum[0], sum[1], sum[2]});
  return result;
}

}  // namespace

Quartiles quartiles(std::vector<double> values) {
  if (std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) {
    return {std::nan(""), std::nan(""), std::nan(""), std::nan(""), std::nan("")};
  }
  std::sort(values.begin(), values.end());
  Quartiles result;
  for (size_t q = 0; q < result.size(); ++q) {
    const double place = static_cast<double>(q) / 4 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<size_t>(place);
    const double above = values[std::min(below + 1, values.size() - 1)];
    result[q] = values[below] + (place - static_cast<double>(below)) * (above - values[below]);
  }
  return result;
}
std::vector<NeuronQuartiles> measure_neurons(const Layers& layers, const Reference& reference) {
  c10::InferenceMode inference;
  std::vector<NeuronQuartiles> result;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const at::Tensor &weight = layers.weight(layer), &from = reference.weight(layer);
    std::vector<double> rotation, angle;
    for (const Displacement& sums :
         layers.backend() == Backend::kCpu ? displacements_cpu(weight, from) : displacements_aten(weight, from)) {
      const double squared_norm = sums.squared_weight - 2 * sums.dot_reference - sums.squared;
      rotation.push_back(sums.rotation(squared_norm));
      angle.push_back(turned(sums.squared, sums.dot_reference, squared_norm));
    }
    result.push_back({quartiles(std::move(rotation)), quartiles(std::move(angle))});
  }
  return result;
}

}  // namespace layer_rotation::rotation
