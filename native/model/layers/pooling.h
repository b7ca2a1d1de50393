#pragma once

#include "../../device/compute.h"
#include "../layer_spec.h"
#include "../window.h"

namespace layer_rotation {

/// [batch, channels, rows, columns] → the largest value of each window; padding is never the largest. The padding is at
/// most half of the window.
class MaxPool : public Module {
 public:
  MaxPool(const WindowSpec& spec, const LayerInput& input, Backend backend);
  at::Tensor forward(const at::Tensor& input) override;

  Shape output_shape() const { return {channels_, window_.outputs[0], window_.outputs[1]}; }

 private:
  Window window_;
  int64_t channels_;
  Backend backend_;
  bool quarters_;  ///< whether windows of 2 × 2 lie side by side, for which the CPU has a kernel
};

LayerMaker read_max_pool(const Argument& layer, LayerReader& reader);

/// [batch, channels, rows, columns] → the mean of each window, over its part in the image. The padding is at most half
/// of the window.
class AveragePool : public Module {
 public:
  AveragePool(const WindowSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  Shape output_shape() const { return {channels_, window_.outputs[0], window_.outputs[1]}; }

 private:
  Window window_;
  int64_t channels_;
  Backend backend_;
  /// [rows, columns] of outputs: the area of the window divided by the area of its part in the image. Defined if the
  /// padding is uneven.
  at::Tensor correction_;
};

LayerMaker read_average_pool(const Argument& layer, LayerReader& reader);

/// [batch, channels, rows, columns] → [batch, channels]: the mean over rows and columns.
class GlobalAveragePool : public Module {
 public:
  explicit GlobalAveragePool(Backend backend) : backend_(backend) {}
  at::Tensor forward(const at::Tensor& input) override;

 private:
  Backend backend_;
};

LayerMaker read_global_average_pool(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
