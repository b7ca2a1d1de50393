#include "kernels.h"

#include <atomic>
#include <optional>
#include <unordered_map>
#include <vector>

#include "device.h"
#include "ptx/module.h"
#include "settings.h"
#include "stream.h"
#include "violation.h"

namespace standin {
namespace {

struct Module {
  const void* fatbin;
  std::optional<std::vector<PtxModule>> parts;  ///< read when a kernel is first launched

  const PtxKernel* find(const std::string& name) {
    if (!parts) {
      parts.emplace();
      for (const std::string& text : ptx_of_fatbin(fatbin)) parts->emplace_back(text);
    }
    for (const PtxModule& part : *parts) {
      if (const PtxKernel* kernel = part.find(name)) return kernel;
    }
    return nullptr;
  }
};

struct Kernel {
  std::string name;
  Module* module;
};

std::unordered_map<const void*, Kernel>& kernels() {
  static auto& kernels = *new std::unordered_map<const void*, Kernel>;
  return kernels;
}

bool is_launchable(dim3 blocks, dim3 threads) {
  constexpr unsigned kMostThreads = 1024, kMostBlocks = 65535;
  return blocks.x > 0 && blocks.y > 0 && blocks.z > 0 && blocks.y <= kMostBlocks && blocks.z <= kMostBlocks &&
         threads.x * threads.y * threads.z > 0 && threads.x * threads.y * threads.z <= kMostThreads;
}

/// The work of a launch; none for a kernel that has no PTX.
std::function<void()> bound(const Kernel& kernel, dim3 blocks, dim3 threads, void** arguments, size_t shared) {
  const PtxKernel* ptx = kernel.module->find(kernel.name);
  if (ptx == nullptr) return {};
  if (blocks.y * blocks.z * threads.y * threads.z != 1) {
    throw KernelFault(KernelFault::kUnsupported, kernel.name + " is launched in more than one dimension");
  }
  return ptx->bind(arguments, {blocks.x, threads.x, shared});
}

void lose_device_if_asked() {
  static std::atomic<size_t> launches = 0;
  if (launches++ == settings().lost_at) lose_device(current_device(), cudaErrorIllegalAddress);
}

}  // namespace

void** register_module(const void* fatbin) { return reinterpret_cast<void**>(new Module{fatbin, std::nullopt}); }

void register_kernel(void** module, const void* function, const char* name) {
  LAYER_ROTATION_STANDIN_LOCK;
  kernels()[function] = {name, reinterpret_cast<Module*>(module)};
}

cudaError_t launch(const void* function, dim3 blocks, dim3 threads, void** arguments, size_t shared,
                   cudaStream_t stream, const char* call) {
  std::unique_lock lock(state_mutex());
  const auto found = kernels().find(function);
  if (found == kernels().end()) return refuse(cudaErrorInvalidDeviceFunction, call, "unknown kernel");
  const Kernel& kernel = found->second;
  if (!is_launchable(blocks, threads)) return refuse(cudaErrorInvalidConfiguration, call, kernel.name);
  std::function<void()> run;
  if (settings().computes) {
    try {
      run = bound(kernel, blocks, threads, arguments, shared);
    } catch (const KernelFault& fault) {
      return refuse(cudaErrorLaunchFailure, kernel.name, fault.what());
    }
    if (!run) report_violation(call, kernel.name + " is not computed: the stand-in's operations lack it");
  }
  lock.unlock();
  const cudaError_t error = enqueue(stream, call, {WorkKind::kKernel, kernel.name, std::move(run)});
  if (error == cudaSuccess) lose_device_if_asked();
  return error;
}

}  // namespace standin
