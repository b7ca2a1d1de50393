#pragma once

#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include "backend.h"

namespace layer_rotation {

/// The settings of a network's arithmetic.
struct ComputeSpec {
  /// The precision of activations, convolutions and dense products: fp32, or bf16 with weights, normalisation and loss
  /// in fp32.
  at::ScalarType precision = at::kFloat;
  /// The memory format of images and of the convolutions' weights: at::MemoryFormat::ChannelsLast or Contiguous.
  at::MemoryFormat memory_format = at::MemoryFormat::ChannelsLast;
  /// True if cuDNN and cuBLAS round the factors of fp32 products to TF32. Has no effect on the CPU.
  bool tf32 = false;
  /// True if cuDNN measures its deterministic algorithms and takes the fastest. Has no effect on the CPU.
  bool cudnn_benchmark = false;
  Backend backend = Backend::kCpu;
  /// True if bf16 networks keep shadows (see ProductParameter) when block kernels update them.
  bool shadow_weights = true;

  bool has_shadows() const { return shadow_weights && backend == Backend::kBlock && precision == at::kBFloat16; }
};

}  // namespace layer_rotation
