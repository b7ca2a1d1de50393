#include "dropout_kernel.h"

#include "compiled_for_packs.cuh"

namespace layer_rotation {

template struct CompiledForPacks<Drop>;

}  // namespace layer_rotation
