#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace layer_rotation::rotation {

/// The weights of all layers at one time of a training. Rotation is measured from them.
class Reference {
 public:
  /// Copies `weights`, in their memory layout.
  explicit Reference(const std::vector<at::Tensor>& weights);

  const at::Tensor& weight(size_t layer) const { return weights_[layer]; }
  /// |w|², accumulated in double.
  double squared_norm(size_t layer) const { return squared_norm_[layer]; }

 private:
  std::vector<at::Tensor> weights_;
  std::vector<double> squared_norm_;
};

}  // namespace layer_rotation::rotation
