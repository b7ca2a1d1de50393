#include "block_decisions.h"

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::FindClipFactors);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::GradientSumsOfUnits);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::DecideUpdates);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::DecideCombinations);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::DecideLayerCombinations);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::RecordLayers);
