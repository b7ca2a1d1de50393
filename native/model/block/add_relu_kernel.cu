#include "add_relu_kernel.h"

#include "compiled_for_packs.cuh"

namespace layer_rotation {

template struct CompiledForPacks<AddRelu>;
template struct CompiledForPacks<AddReluGradient>;

}  // namespace layer_rotation
