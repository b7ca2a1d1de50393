#include "update_kernel.h"

#include "../device/run_on_cuda.cuh"

#define LAYER_ROTATION_RULE_KERNELS(Rule)                                                        \
  LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::ProjectChunks<layer_rotation::rules::Rule>); \
  template void layer_rotation::kernel::run_on_cuda(                                             \
      const layer_rotation::block::ApplyChunks<layer_rotation::rules::Rule, false>&, int64_t);   \
  template void layer_rotation::kernel::run_on_cuda(                                             \
      const layer_rotation::block::ApplyChunks<layer_rotation::rules::Rule, true>&, int64_t)

LAYER_ROTATION_RULE_KERNELS(Plain);
LAYER_ROTATION_RULE_KERNELS(Momentum);
LAYER_ROTATION_RULE_KERNELS(Nesterov);
LAYER_ROTATION_RULE_KERNELS(Squared);
LAYER_ROTATION_RULE_KERNELS(Adam);
LAYER_ROTATION_RULE_KERNELS(AmsGrad);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::GradientSumsOfChunks);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::GradientSumsOfUnits);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::PrepareUpdates);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::CombineUnits);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::CombineProjected);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::RecordLayers);
