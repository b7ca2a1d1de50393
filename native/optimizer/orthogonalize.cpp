#include "orthogonalize.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mm.h>

#include "../device/cpu_features.h"

namespace layer_rotation {
namespace {

/// The coefficients of torch.optim.Muon: x ← a·x + b·(x·xᵀ)·x + c·(x·xᵀ)²·x
constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;

/// NorMuon adds it to roots and norms that it divides by.
constexpr double kSmallestRoot = 1e-10;

/// Without instructions for bf16, LibTorch's products of bf16 matrices take several times as long as those of fp32.
bool multiplies_bf16(const at::Device& device) { return !device.is_cpu() || has_amx_bf16() || has_avx512_bf16(); }

/// The iteration, with `rounded` applied to the result of each operation.
template <class Rounded>
at::Tensor iterated(at::Tensor x, const Orthogonalization& options, Rounded rounded) {
  const bool is_tall = x.size(0) > x.size(1);
  x = rounded(x / rounded(at::linalg_vector_norm(x)).clamp_min(options.epsilon));
  for (int i = 0; i < options.steps; ++i) {
    // The products of the shorter side: xᵀ·x and from the right, or x·xᵀ and from the left.
    const at::Tensor gram = rounded(is_tall ? at::mm(x.t(), x) : at::mm(x, x.t()));
    const at::Tensor factor = rounded(at::addmm(gram, gram, gram, kB, kC));
    x = rounded(is_tall ? at::addmm(x, x, factor, kA, 1) : at::addmm(x, factor, x, kA, 1));
  }
  return x;
}

}  // namespace

void orthogonalize(at::Tensor matrix, const Orthogonalization& options) {
  const auto as_it_is = [](const at::Tensor& x) { return x; };
  const auto to_bf16 = [](const at::Tensor& x) { return x.to(at::kBFloat16).to(at::kFloat); };
  if (!options.is_bf16) {
    matrix.copy_(iterated(matrix, options, as_it_is));
  } else if (multiplies_bf16(matrix.device())) {
    matrix.copy_(iterated(matrix.to(at::kBFloat16), options, as_it_is));
  } else {
    matrix.copy_(iterated(to_bf16(matrix), options, to_bf16));
  }
}

void normalize_neurons(at::Tensor matrix, at::Tensor squares, double beta2) {
  const at::Tensor norm = at::linalg_vector_norm(matrix);
  squares.lerp_(at::mean(matrix * matrix, 1, /*keepdim=*/true), 1 - beta2);
  matrix.div_(squares.sqrt() + kSmallestRoot);
  matrix.mul_(norm / (at::linalg_vector_norm(matrix) + kSmallestRoot));
}

void orthogonalize_directions(const std::vector<Slot>& slots, const Orthogonalization& options) {
  for (const Slot& slot : slots) {
    if (!slot.momentum.defined()) continue;
    const auto [rows, columns] = slot.settings.shape;
    // A row is one stretch of memory in every layout of weights.
    const at::Tensor matrix = slot.states[0].as_strided({rows, columns}, {columns, 1});
    orthogonalize(matrix, options);
    if (slot.neuron_squares.defined()) normalize_neurons(matrix, slot.neuron_squares, options.beta2);
  }
}

}  // namespace layer_rotation
