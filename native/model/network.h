#pragma once

#include <ATen/core/Generator.h>

#include <memory>
#include <string>
#include <vector>

#include "../data/normalization.h"
#include "dense.h"
#include "layer_spec.h"
#include "module.h"

namespace layer_rotation {

/// A weight whose rotation is monitored, and controlled under Layca.
struct MonitoredLayer {
  std::string name;
  at::Tensor weight;
};

/// A trainable parameter that is no layer, and the index of the layer it comes after.
struct OtherParameter {
  at::Tensor parameter;
  size_t layer;
};

/// A feed-forward network built from its layer specs, with its initial weights drawn.
class Network : public torch::nn::Module {
 public:
  /// `input_shape`: one example without the batch dimension. Weights are drawn from `initial` on the CPU and then
  /// moved, so they do not depend on the device; `dropout` lives on the device. Throws Error INVALID_CONFIG where a
  /// layer does not fit its input, or the last one `classes`.
  Network(const std::vector<LayerSpec>& layers, const std::vector<int64_t>& input_shape, int64_t classes,
          const Normalization& normalization, at::Device device, at::Generator initial, at::Generator dropout);

  /// Pixels, uint8 [batch, …input_shape] → logits, fp32 [batch, classes].
  at::Tensor forward(const at::Tensor& pixels);

  const std::vector<MonitoredLayer>& layers() const { return layers_; }
  const std::vector<OtherParameter>& other_parameters() const { return other_parameters_; }

 private:
  Normalization normalization_;
  std::shared_ptr<Dense> pixel_dense_;  ///< the first layer where it works on pixels as they are, else null
  std::vector<std::shared_ptr<layer_rotation::Module>> modules_;  ///< what follows it, or all
  std::vector<MonitoredLayer> layers_;
  std::vector<OtherParameter> other_parameters_;
};

}  // namespace layer_rotation
