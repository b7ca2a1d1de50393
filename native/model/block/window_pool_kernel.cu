#include "window_pool_kernel.h"

#include "compiled_for_packs.cuh"

namespace layer_rotation {

template struct CompiledForPacks<LargestOfWindows>;
template struct CompiledForPacks<GradientsOfLargest>;
template struct CompiledForPacks<MeansOfWindows>;
template struct CompiledForPacks<GradientsOfWindows>;

}  // namespace layer_rotation
