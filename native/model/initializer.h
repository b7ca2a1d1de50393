#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "layer_spec.h"

namespace layer_rotation {

/// How many numbers a unit takes in, and how many take its own.
struct Fans {
  int64_t in;
  int64_t out;
};

/// Of a weight [units, inputs, …window], as PyTorch counts: inputs times window, and units times window.
Fans fans_of(const at::Tensor& weight);

/// Fills a contiguous fp32 CPU tensor. `fans` are those of the layer's weight, also for its bias.
void initialize(at::Tensor& tensor, const InitializerSpec& initializer, const Fans& fans, at::Generator generator);

}  // namespace layer_rotation
