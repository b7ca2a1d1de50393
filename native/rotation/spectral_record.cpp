#include "spectral_record.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/mm.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spectrum.h"

namespace layer_rotation::rotation {
namespace {

struct MatrixNorms {
  double spectral;
  double frobenius;
};

/// @param matrix double, of two dimensions
MatrixNorms norms(const at::Tensor& matrix) {
  const bool is_wide = matrix.size(1) > matrix.size(0);
  const at::Tensor gram = (is_wide ? at::mm(matrix, matrix.t()) : at::mm(matrix.t(), matrix)).cpu().contiguous();
  const int64_t size = gram.size(0);
  const double* elements = gram.const_data_ptr<double>();
  double trace = 0;
  for (int64_t i = 0; i < size; ++i) trace += elements[i * size + i];
  const double largest = largest_eigenvalue({size, size, [=](int64_t row, int64_t begin, int64_t count, double* to) {
                                               std::copy_n(elements + row * size + begin, count, to);
                                             }});
  return {std::sqrt(largest), std::sqrt(trace)};
}

/// NaN where the whole is zero.
double share(double part, double whole) { return whole == 0 ? std::numeric_limits<double>::quiet_NaN() : part / whole; }

}  // namespace

std::vector<SpectralRecord> measure_spectral(const Layers& layers, const Reference& before) {
  c10::InferenceMode inference;
  std::vector<SpectralRecord> records;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const auto matrix = [](const at::Tensor& weight) { return weight.to(at::kDouble).reshape({neurons(weight), -1}); };
    const at::Tensor now = matrix(layers.weight(layer)), then = matrix(before.weight(layer));
    const MatrixNorms weight = norms(now), earlier = norms(then), step = norms(now - then);
    const double ratio = share(weight.frobenius, weight.spectral);
    records.push_back({weight.spectral, ratio * ratio, step.spectral, share(step.spectral, earlier.spectral),
                       share(step.frobenius, earlier.frobenius)});
  }
  return records;
}

}  // namespace layer_rotation::rotation
