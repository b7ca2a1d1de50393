#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "../data/augmentation.h"
#include "../data/normalization.h"
#include "../device/backend.h"
#include "../device/compute.h"
#include "../model/layer_spec.h"
#include "../optimizer/optimizer_spec.h"
#include "loss_spec.h"
#include "named_tensor.h"

namespace layer_rotation {

/// Pixels and labels as they come from the caller: uint8 [n, …input_shape] and int32 [n], each label in 0 … classes-1,
/// on the CPU; n is at least 1.
struct SplitData {
  at::Tensor pixels;
  at::Tensor labels;
};

/// Everything that a trainer is made from.
struct TrainerSpec {
  std::string device;
  int threads = 0;  ///< 0: LibTorch's default
  BackendChoice backend;
  bool cuda_graph = true;  ///< whether steps on CUDA devices are captured
  uint64_t seed = 0;
  std::vector<int64_t> input_shape;
  int64_t classes = 0;
  std::vector<LayerSpec> layers;
  std::vector<NamedTensor> weights;  ///< initial weights; if empty, they are drawn from the seed
  ComputeSpec compute;
  LossSpec loss;
  OptimizerSpec optimizer;
  std::vector<NamedParameterSettings> parameters;  ///< one for each of the network's parameters
  AugmentationSpec augmentation;
  NormalizationSpec normalization;
  SplitData train;
  std::vector<int32_t> validation;  ///< indices into train
  SplitData test;
};

}  // namespace layer_rotation
