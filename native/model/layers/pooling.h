#pragma once

#include "../../device/compute.h"
#include "../layer_input.h"
#include "../layer_spec.h"
#include "../module.h"
#include "../window.h"

namespace layer_rotation {

/// [batch, channels, rows, columns] → the largest value of each window; padding is never the largest.
class MaxPool : public Module {
 public:
  MaxPool(const MaxPoolSpec& spec, const LayerInput& input);
  at::Tensor forward(const at::Tensor& input) override;

  Shape output_shape() const { return {channels_, window_.outputs[0], window_.outputs[1]}; }

 private:
  Window window_;
  int64_t channels_;
  bool quarters_;  ///< windows of 2 × 2 side by side, for which the CPU has a kernel
};

/// [batch, channels, rows, columns] → the mean of each window, over its part in the image.
class AveragePool : public Module {
 public:
  AveragePool(const AveragePoolSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device);
  at::Tensor forward(const at::Tensor& input) override;

  Shape output_shape() const { return {channels_, window_.outputs[0], window_.outputs[1]}; }

 private:
  Window window_;
  int64_t channels_;
  at::Tensor correction_;  ///< [rows, columns] of outputs: window / its part in the image; where padding is uneven
};

/// [batch, channels, rows, columns] → [batch, channels]: the mean over rows and columns.
class GlobalAveragePool : public Module {
 public:
  at::Tensor forward(const at::Tensor& input) override;
};

}  // namespace layer_rotation
