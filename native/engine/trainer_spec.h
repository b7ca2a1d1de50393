#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../data/augmentation.h"
#include "../data/normalization.h"
#include "../device/backend.h"
#include "../device/compute.h"
#include "../model/example_spec.h"
#include "../model/layer_spec.h"
#include "../optimizer/optimizer_spec.h"
#include "../processes/process_group.h"
#include "loss_spec.h"
#include "micro_batches.h"
#include "named_tensor.h"

namespace layer_rotation {

/// At least one example as it comes from the caller, on the CPU.
struct SplitData {
  at::Tensor
      inputs;  ///< uint8 or fp32 [examples, …shape]; or token ids in 0 … classes-1, int32 [examples · context + 1]
  at::Tensor labels;  ///< int32 [examples], each in 0 … classes-1; undefined for token ids, which follow one another
  int64_t examples = 0;
};

/// Everything that a trainer is made from.
struct TrainerSpec {
  std::string device;
  int threads = 0;  ///< 0: LibTorch's default
  BackendChoice backend;
  bool cuda_graph = true;  ///< whether steps on CUDA devices are captured
  uint64_t seed = 0;
  ExampleSpec examples;
  std::vector<LayerSpec> layers;
  std::vector<NamedTensor> weights;  ///< initial weights; if empty, they are drawn from the seed
  ComputeSpec compute;
  LossSpec loss;
  int64_t micro_batch = kWholeBatch;
  OptimizerSpec optimizer;
  std::vector<NamedParameterSettings> parameters;  ///< one for each of the network's parameters
  AugmentationSpec augmentation;
  NormalizationSpec normalization;
  SplitData train;
  std::vector<int32_t> validation;  ///< indices into train
  SplitData test;
  std::shared_ptr<ProcessGroup> processes;  ///< those that train together, this one among them; null for this one alone
};

}  // namespace layer_rotation
