#include "initializer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_put.h>
#include <ATen/ops/linalg_qr.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "../arguments/argument.h"

namespace layer_rotation {
namespace {

void uniform(at::Tensor& tensor, double limit, const at::Generator& generator) {
  tensor.uniform_(-limit, limit, generator);
}

/// Values beyond two deviations are drawn again until none is left, as in TensorFlow.
void truncated_normal(at::Tensor& tensor, double deviation, const at::Generator& generator) {
  tensor.normal_(0, deviation, generator);
  for (;;) {
    const at::Tensor outside = tensor.abs() > 2 * deviation;
    const int64_t count = outside.sum().item<int64_t>();
    if (count == 0) return;
    tensor.index_put_({outside}, at::empty({count}, tensor.options()).normal_(0, deviation, generator));
  }
}

/// Takes Q of the QR decomposition of a normal matrix, with R's diagonal made positive so that Q is uniformly
/// distributed.
void orthogonal(at::Tensor& tensor, double gain, const at::Generator& generator) {
  const int64_t rows = tensor.size(0), columns = tensor.numel() / rows;
  at::Tensor matrix = at::empty({rows, columns}, tensor.options()).normal_(0, 1, generator);
  const auto [q, r] = at::linalg_qr(rows < columns ? matrix.t() : matrix);
  const at::Tensor positive = q * r.diagonal().sign();
  tensor.copy_((rows < columns ? positive.t() : positive).reshape(tensor.sizes())).mul_(gain);
}

}  // namespace

InitializerSpec read_initializer(const Argument& initializer) {
  const auto type = initializer["type"].one_of<Initializer>({{"glorotUniform", Initializer::kGlorotUniform},
                                                             {"glorotNormal", Initializer::kGlorotNormal},
                                                             {"heUniform", Initializer::kHeUniform},
                                                             {"heNormal", Initializer::kHeNormal},
                                                             {"lecunUniform", Initializer::kLecunUniform},
                                                             {"lecunNormal", Initializer::kLecunNormal},
                                                             {"zeros", Initializer::kZeros},
                                                             {"pytorchDefault", Initializer::kPytorchDefault},
                                                             {"orthogonal", Initializer::kOrthogonal}});
  return {type, type == Initializer::kOrthogonal ? initializer["gain"].finite() : 1};
}

InitializerSpec read_bias_initializer(const Argument& initializer) {
  const InitializerSpec spec = read_initializer(initializer);
  if (spec.type == Initializer::kOrthogonal) initializer["type"].fail("an initializer of vectors");
  return spec;
}

Fans fans_of(const at::Tensor& weight) {
  const int64_t window = weight.numel() / (weight.size(0) * weight.size(1));
  return {weight.size(1) * window, weight.size(0) * window};
}

void initialize(at::Tensor& tensor, const InitializerSpec& initializer, const Fans& fans, at::Generator generator) {
  c10::NoGradGuard no_grad;
  const double in = static_cast<double>(fans.in), both = static_cast<double>(fans.in + fans.out);
  switch (initializer.type) {
    case Initializer::kGlorotUniform: return uniform(tensor, std::sqrt(6 / both), generator);
    case Initializer::kGlorotNormal: return truncated_normal(tensor, std::sqrt(2 / both), generator);
    case Initializer::kHeUniform: return uniform(tensor, std::sqrt(6 / in), generator);
    case Initializer::kHeNormal: return truncated_normal(tensor, std::sqrt(2 / in), generator);
    case Initializer::kLecunUniform: return uniform(tensor, std::sqrt(3 / in), generator);
    case Initializer::kLecunNormal: return truncated_normal(tensor, std::sqrt(1 / in), generator);
    case Initializer::kPytorchDefault: return uniform(tensor, 1 / std::sqrt(in), generator);
    case Initializer::kOrthogonal: return orthogonal(tensor, initializer.gain, generator);
    case Initializer::kZeros: tensor.zero_(); return;
  }
}

}  // namespace layer_rotation
