// cuBLAS and cuBLASLt, whose calls are only counted. Their headers are not included: a function names the arguments
// that it needs, and C's calling convention lets it ignore those that follow.

#include <cstdint>
#include <cstring>

#include "../export.h"
#include "library.h"

using standin::LibraryHandle;

namespace {

constexpr int kSuccess = 0;

/// The beginning of cublasLtMatmulHeuristicResult_t: an algorithm, its workspace, its state.
struct Heuristic {
  uint64_t algorithm[8];
  size_t workspace;
  int state;
};

int make_object(void** object) {
  *object = new LibraryHandle;
  return kSuccess;
}
int delete_object(void* object) {
  delete static_cast<LibraryHandle*>(object);
  return kSuccess;
}

}  // namespace

#define LAYER_ROTATION_STANDIN_COUNTED(name)                                       \
  LAYER_ROTATION_STANDIN_EXPORT int name(LibraryHandle* handle) {                  \
    return standin::count_call(handle->stream, standin::WorkKind::kCublas, #name); \
  }
#define LAYER_ROTATION_STANDIN_IGNORED(name) \
  LAYER_ROTATION_STANDIN_EXPORT int name() { return kSuccess; }
#define LAYER_ROTATION_STANDIN_OBJECT(name)                                                       \
  LAYER_ROTATION_STANDIN_EXPORT int name##Create(void** object) { return make_object(object); }   \
  LAYER_ROTATION_STANDIN_EXPORT int name##Destroy(void* object) { return delete_object(object); } \
  LAYER_ROTATION_STANDIN_IGNORED(name##SetAttribute)

LAYER_ROTATION_STANDIN_EXPORT int cublasCreate_v2(void** handle) { return make_object(handle); }
// LibTorch destroys its handles when the process ends, some after the stream: they are leaked.
LAYER_ROTATION_STANDIN_IGNORED(cublasDestroy_v2)
LAYER_ROTATION_STANDIN_EXPORT int cublasSetStream_v2(LibraryHandle* handle, cudaStream_t stream) {
  handle->stream = stream;
  return kSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT int cublasGetMathMode(LibraryHandle*, int* mode) {
  *mode = 0;
  return kSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT int cublasGetPointerMode_v2(LibraryHandle*, int* mode) {
  *mode = 0;
  return kSuccess;
}
LAYER_ROTATION_STANDIN_IGNORED(cublasSetMathMode)
LAYER_ROTATION_STANDIN_IGNORED(cublasSetPointerMode_v2)
LAYER_ROTATION_STANDIN_IGNORED(cublasSetSmCountTarget)
LAYER_ROTATION_STANDIN_IGNORED(cublasSetWorkspace_v2)

LAYER_ROTATION_STANDIN_COUNTED(cublasGemmEx)
LAYER_ROTATION_STANDIN_COUNTED(cublasGemmStridedBatchedEx)
LAYER_ROTATION_STANDIN_COUNTED(cublasSgemm_v2)
LAYER_ROTATION_STANDIN_COUNTED(cublasSgemmEx)
LAYER_ROTATION_STANDIN_COUNTED(cublasSgemmStridedBatched)
LAYER_ROTATION_STANDIN_COUNTED(cublasSgemv_v2)
LAYER_ROTATION_STANDIN_COUNTED(cublasSdot_v2)
LAYER_ROTATION_STANDIN_COUNTED(cublasDgemm_v2)
LAYER_ROTATION_STANDIN_COUNTED(cublasDotEx)

LAYER_ROTATION_STANDIN_OBJECT(cublasLtMatmulDesc)
LAYER_ROTATION_STANDIN_OBJECT(cublasLtMatrixLayout)
LAYER_ROTATION_STANDIN_OBJECT(cublasLtMatmulPreference)
LAYER_ROTATION_STANDIN_EXPORT size_t cublasLtGetVersion() { return 130101; }
LAYER_ROTATION_STANDIN_EXPORT int cublasLtMatmulAlgoGetHeuristic(void*, void*, void*, void*, void*, void*, void*, int,
                                                                 Heuristic* result, int* count) {
  *result = {};
  *count = 1;
  return kSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT int cublasLtMatmul(void*, void*, const void*, const void*, void*, const void*, void*,
                                                 const void*, const void*, void*, void*, void*, const void*, void*,
                                                 size_t, cudaStream_t stream) {
  return standin::count_call(stream, standin::WorkKind::kCublas, "cublasLtMatmul");
}
