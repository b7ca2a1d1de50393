#pragma once

#include <cuda_runtime_api.h>

#include "../stream.h"

namespace standin {

/// A handle of cuBLAS or cuDNN, as far as it matters here.
struct LibraryHandle {
  cudaStream_t stream = nullptr;
};

/// Puts a library's call on its stream, to be counted. If work is to be computed, the operations of the stand-in
/// replace whatever calls the libraries: a call is a violation then.
int count_call(cudaStream_t stream, WorkKind kind, const char* name);

}  // namespace standin
