#pragma once

#include <c10/util/BFloat16.h>

#include <tuple>

#include "../../device/run_on_cuda.cuh"
#include "packed_values.h"

namespace layer_rotation {

template <class Kernel>
using Launch = void (*)(const Kernel&, int64_t);

/// In a .cu file, `template struct CompiledForPacks<Kernel>;` compiles Kernel<Value, N> for the device with the types
/// and widths that with_packs() chooses from: to have their addresses, the compiler has to make them.
template <template <class, int> class Kernel>
struct CompiledForPacks {
  // Named, because g++ takes the type for another one where nvcc writes it out twice.
  using Addresses = std::tuple<Launch<Kernel<float, kWide<float>>>, Launch<Kernel<float, 1>>,
                               Launch<Kernel<c10::BFloat16, kWide<c10::BFloat16>>>, Launch<Kernel<c10::BFloat16, 1>>>;
  static const Addresses kAddresses;
};
template <template <class, int> class Kernel>
const typename CompiledForPacks<Kernel>::Addresses CompiledForPacks<Kernel>::kAddresses{
    &kernel::run_on_cuda<Kernel<float, kWide<float>>>, &kernel::run_on_cuda<Kernel<float, 1>>,
    &kernel::run_on_cuda<Kernel<c10::BFloat16, kWide<c10::BFloat16>>>, &kernel::run_on_cuda<Kernel<c10::BFloat16, 1>>};

}  // namespace layer_rotation
