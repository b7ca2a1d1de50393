#include "block_passes.h"

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::GradientSumsOfChunks);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::block::DirectionsOfChunks);

namespace layer_rotation::kernel {

template struct CompiledForAll<block::UpdateSumsOfChunks, Formula>;
template struct CompiledForAll<block::ApplyChunksUnrecorded, Formula>;
template struct CompiledForAll<block::ApplyChunksRecorded, Formula>;

}  // namespace layer_rotation::kernel
