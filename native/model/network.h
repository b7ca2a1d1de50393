#pragma once

#include <ATen/core/Generator.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../data/normalization.h"
#include "../device/compute.h"
#include "block/running_statistics.h"
#include "builder.h"
#include "layer_input.h"
#include "layer_spec.h"
#include "layers/dense.h"
#include "sequence.h"

namespace layer_rotation {

/// A parameter or buffer under its name.
using NamedState = std::pair<std::string, at::Tensor>;

/// A network built from its layer specs, with its initial weights drawn.
class Network {
 public:
  /// `input_shape`: one example without the batch dimension. Weights are drawn from `initial` on the CPU and then
  /// moved, so they depend neither on the device nor on the memory format. Throws Error INVALID_CONFIG where a layer
  /// does not fit its input, or the last one `classes`.
  Network(const std::vector<LayerSpec>& layers, const Shape& input_shape, int64_t classes,
          const Normalization& normalization, const ComputeSpec& compute, at::Device device, at::Generator initial,
          const StepContext& step);

  /// Pixels, uint8 [batch, …input_shape] → logits, fp32 [batch, classes].
  at::Tensor forward(const at::Tensor& pixels);
  /// The same of images that are normalised, in the precision that the network computes in and in input_format().
  at::Tensor forward_normalized(const at::Tensor& images);

  /// The first layer whose output for `pixels` holds a NaN or an infinity; empty where none does.
  std::string not_finite_output(const at::Tensor& pixels);

  /// Selects batch statistics and dropout, or running statistics and neither.
  void train(bool on = true);
  void eval() { train(false); }

  /// In which the normalised images enter the network.
  at::MemoryFormat input_format() const { return input_format_; }

  const std::vector<MonitoredLayer>& layers() const { return parts_.layers; }
  const std::vector<OtherParameter>& other_parameters() const { return parts_.other_parameters; }
  /// Parameters and buffers in forward order, under PyTorch's names.
  std::vector<NamedState> state() const;
  /// Of them the buffers: running statistics.
  std::vector<NamedState> buffers() const;
  std::vector<at::Tensor> parameters() const;
  /// Of a parameter; undefined where it has none.
  at::Tensor shadow(const at::Tensor& parameter) const;
  /// Of a parameter, in the precision in which it arrived; undefined where nothing hangs on it.
  at::Tensor gradient(const at::Tensor& parameter) const;
  /// Drops the gradients of all parameters.
  void zero_grad();
  /// Makes the shadows of parameters equal to them, after these were changed.
  void refresh_shadows();

 private:
  std::string first_not_finite(const at::Tensor& pixels);
  /// With block kernels: towards those of a batch of `images` that has gone forward in training.
  void move_running_statistics(int64_t images) const;
  /// The input of `modules_`: the normalised images, or what the first layer makes of the pixels.
  at::Tensor first(const at::Tensor& pixels) const;

  Normalization normalization_;
  ComputeSpec compute_;
  at::MemoryFormat input_format_;
  NetworkParts parts_;
  std::unordered_map<at::TensorImpl*, at::Tensor> shadows_;  ///< by parameter
  std::shared_ptr<Dense> pixel_dense_;    ///< the first layer where it works on pixels as they are, else null
  Sequence modules_;                      ///< what follows it, or all
  RunningStatistics running_statistics_;  ///< of block kernels
  bool training_ = true;
};

}  // namespace layer_rotation
