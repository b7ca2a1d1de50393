#pragma once

#include <string>
#include <utility>

#include "../module.h"

namespace layer_rotation {

/// A parameter or buffer of an exported network under its own name; the network computes with it.
class TensorHolder final : public Module {
 public:
  /// `name`: without that of its module. `layer`: the name of the layer whose weight it is; empty for any other tensor.
  TensorHolder(const std::string& name, const at::Tensor& tensor, bool is_parameter, std::string layer)
      : layer_(std::move(layer)) {
    tensor_ = is_parameter ? register_parameter(name, tensor) : register_buffer(name, tensor);
  }

  at::Tensor forward(const at::Tensor& input) override { return input; }
  at::Tensor monitored_weight() const override { return layer_.empty() ? at::Tensor() : tensor_; }
  std::string monitored_name(const std::string&) const override { return layer_; }

  const at::Tensor& tensor() const { return tensor_; }

 private:
  at::Tensor tensor_;
  std::string layer_;
};

}  // namespace layer_rotation
