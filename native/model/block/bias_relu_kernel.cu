#include "bias_relu_kernel.h"

#include "compiled_for_packs.cuh"

namespace layer_rotation {
namespace {

template <class Value, int N>
using AddBiasReluToChannels = ChangeKnownChannels<AddBiasRelu<Value, N>>;
template <class Value, int N>
using SumChannelsOf = SumChannels<BiasReluGradient<Value, N>>;
template <class Value, int N>
using ChangeChannelsOf = ChangeChannels<BiasReluGradient<Value, N>>;
template <class Value, int N>
using SumAndChangeChannelsOf = SumAndChangeChannels<BiasReluGradient<Value, N>>;

}  // namespace

template struct CompiledForPacks<AddBiasReluToChannels>;
template struct CompiledForPacks<SumChannelsOf>;
template struct CompiledForPacks<ChangeChannelsOf>;
template struct CompiledForPacks<SumAndChangeChannelsOf>;

}  // namespace layer_rotation
