#include "batch_norm_kernel.h"
#include "compiled_for_packs.cuh"

namespace layer_rotation {
namespace {

template <class Value, int N>
using SumChannelsOf = SumChannels<NormalizationGradient<Value, N>>;
template <class Value, int N>
using ChangeChannelsOf = ChangeChannels<NormalizationGradient<Value, N>>;
template <class Value, int N>
using SumAndChangeChannelsOf = SumAndChangeChannels<NormalizationGradient<Value, N>>;

}  // namespace

template struct CompiledForPacks<SumChannelsOf>;
template struct CompiledForPacks<ChangeChannelsOf>;
template struct CompiledForPacks<SumAndChangeChannelsOf>;

}  // namespace layer_rotation
