#pragma once

#include <cuda_runtime_api.h>

#include <string>

namespace standin {

/// Remembers a fat binary, as __cudaRegisterFatBinary gets it, and returns the handle of its module.
void** register_module(const void* fatbin);
/// Remembers a kernel of a module by the address of its function on the host.
void register_kernel(void** module, const void* function, const char* name);

/// Launches a kernel: a project's own one as its PTX; LibTorch's are only counted, because their machine code cannot
/// run here.
cudaError_t launch(const void* function, dim3 blocks, dim3 threads, void** arguments, size_t shared,
                   cudaStream_t stream, const char* call);

}  // namespace standin
