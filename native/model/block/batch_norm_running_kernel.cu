#include "batch_norm_kernel.h"
#include "compiled_for_packs.cuh"

namespace layer_rotation {
namespace {

template <class Value, int N>
using ChangeKnownChannelsOf = ChangeKnownChannels<NormalizeRunning<Value, N>>;

}  // namespace

template struct CompiledForPacks<ChangeKnownChannelsOf>;

}  // namespace layer_rotation
