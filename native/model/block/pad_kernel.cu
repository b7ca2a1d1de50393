#include "pad_kernel.h"

#include "compiled_for_packs.cuh"

namespace layer_rotation {

template struct CompiledForPacks<PadImages>;

}  // namespace layer_rotation
