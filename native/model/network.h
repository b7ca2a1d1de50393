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
#include "example_spec.h"
#include "layer_spec.h"
#include "layers/dense.h"
#include "module.h"

namespace layer_rotation {

/// A parameter or buffer under its name.
using NamedState = std::pair<std::string, at::Tensor>;

/// The input of a network: bytes or fp32 numbers as a Batch has them, or images that are already normalised, in the
/// network's precision and its input_format(); or token ids.
struct NetworkInput {
  at::Tensor examples;
  bool normalized = false;

  NetworkInput(at::Tensor examples, bool normalized = false) : examples(std::move(examples)), normalized(normalized) {}
};

/// A network built from its layer specs, with its initial weights drawn.
class Network {
 public:
  /// Weights are drawn from `initial` on the CPU and then moved, so they depend neither on the device nor on the memory
  /// format. Throws Error INVALID_CONFIG if a layer does not fit its input, or if the last one does not give the logits
  /// of `examples`.
  Network(const std::vector<LayerSpec>& layers, const ExampleSpec& examples, const Normalization& normalization,
          const ComputeSpec& compute, at::Device device, at::Generator initial, const StepContext& step);

  /// Turns examples into logits, fp32 [batch, classes] or [batch, context, classes].
  at::Tensor forward(const NetworkInput& input);
  /// Does the same to images that are already normalised, in the network's precision and in input_format(), and to
  /// token ids, which stay as they are. The logits keep the precision of the last layer.
  at::Tensor forward_normalized(const at::Tensor& examples);

  /// Calculates the gradients of the parameters from that of the logits. Throws Error INVALID_FILE if the operators
  /// come from a file, and one of them has no gradient or refuses to give it.
  void backward(const at::Tensor& logits, const at::Tensor& gradient) const;

  /// Returns the name of the first layer whose output for `input` holds a NaN or an infinity; empty if there is none.
  std::string not_finite_output(const NetworkInput& input);

  /// Prepares a training step that follows `step` earlier ones, before any operation of it runs or is captured.
  void prepare_step(int64_t step);

  /// Selects batch statistics and dropout, or running statistics and neither.
  void train(bool on = true);
  void eval() { train(false); }

  /// The memory format in which normalised images enter the network.
  at::MemoryFormat input_format() const { return input_format_; }

  const std::vector<MonitoredLayer>& layers() const { return parts_.layers; }
  const std::vector<OtherParameter>& other_parameters() const { return parts_.other_parameters; }
  /// Parameters and buffers in forward order, under PyTorch's names.
  std::vector<NamedState> state() const;
  /// The buffers among state(): running statistics.
  std::vector<NamedState> buffers() const;
  std::vector<at::Tensor> parameters() const;
  /// Returns the shadow of a parameter; undefined if it has none.
  at::Tensor shadow(const at::Tensor& parameter) const;
  /// Returns the gradient of a parameter, in the precision in which it arrived; undefined if the loss does not depend
  /// on the parameter.
  at::Tensor gradient(const at::Tensor& parameter) const;
  /// Drops the gradients of all parameters.
  void zero_grad();
  /// Makes the shadows equal to their parameters, after these have changed.
  void refresh_shadows();

 private:
  std::string first_not_finite(const NetworkInput& input);
  /// Moves, under block kernels, the running statistics towards those of the training batch of `examples` that has just
  /// gone forward.
  void move_running_statistics(int64_t examples) const;
  /// Returns the input of `modules_`: the normalised images, the output of the first layer if it works on pixels, or
  /// the token ids themselves.
  at::Tensor first(const NetworkInput& input) const;

  Normalization normalization_;
  ComputeSpec compute_;
  at::MemoryFormat input_format_;
  NetworkParts parts_;
  std::unordered_map<at::TensorImpl*, at::Tensor> shadows_;  ///< by parameter
  std::shared_ptr<Dense> pixel_dense_;    ///< the first layer if it works on pixels as they are, else null
  Sequence modules_;                      ///< the modules after pixel_dense_, or all
  RunningStatistics running_statistics_;  ///< moved by a block kernel; empty without block kernels
  bool training_ = true;
};

}  // namespace layer_rotation
