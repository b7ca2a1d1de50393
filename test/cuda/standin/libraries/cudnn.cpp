// cuDNN without its graphs: handles, descriptors and batch norms, which are only counted. Its headers are not included:
// a function names the arguments that it needs, and C's calling convention lets it ignore those that follow.

#include <cstddef>

#include "../export.h"
#include "library.h"

using standin::LibraryHandle;

namespace {

constexpr int kSuccess = 0;
constexpr size_t kWorkspace = 64 << 10;

struct Descriptor {};

int write_size(size_t* size) {
  *size = kWorkspace;
  return kSuccess;
}

}  // namespace

#define LAYER_ROTATION_STANDIN_COUNTED(name)                                      \
  LAYER_ROTATION_STANDIN_EXPORT int name(LibraryHandle* handle) {                 \
    return standin::count_call(handle->stream, standin::WorkKind::kCudnn, #name); \
  }
#define LAYER_ROTATION_STANDIN_DESCRIPTOR(name)                                  \
  LAYER_ROTATION_STANDIN_EXPORT int cudnnCreate##name(Descriptor** descriptor) { \
    *descriptor = new Descriptor;                                                \
    return kSuccess;                                                             \
  }                                                                              \
  LAYER_ROTATION_STANDIN_EXPORT int cudnnDestroy##name(Descriptor* descriptor) { \
    delete descriptor;                                                           \
    return kSuccess;                                                             \
  }

LAYER_ROTATION_STANDIN_EXPORT int cudnnCreate(LibraryHandle** handle) {
  *handle = new LibraryHandle;
  return kSuccess;
}
// LibTorch destroys its handles when the process ends, some after the stream: they are leaked.
LAYER_ROTATION_STANDIN_EXPORT int cudnnDestroy() { return kSuccess; }
LAYER_ROTATION_STANDIN_EXPORT int cudnnSetStream(LibraryHandle* handle, cudaStream_t stream) {
  handle->stream = stream;
  return kSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT int cudnnGetStream(LibraryHandle* handle, cudaStream_t* stream) {
  *stream = handle->stream;
  return kSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT size_t cudnnGetVersion() { return 92400; }
LAYER_ROTATION_STANDIN_EXPORT size_t cudnnGetCudartVersion() { return 13000; }
LAYER_ROTATION_STANDIN_EXPORT const char* cudnnGetErrorString() { return "an error of the stand-in"; }
LAYER_ROTATION_STANDIN_EXPORT void cudnnGetLastErrorString(char* text, size_t size) {
  if (size > 0) *text = '\0';
}

LAYER_ROTATION_STANDIN_DESCRIPTOR(TensorDescriptor)
LAYER_ROTATION_STANDIN_DESCRIPTOR(FilterDescriptor)
LAYER_ROTATION_STANDIN_DESCRIPTOR(ActivationDescriptor)
LAYER_ROTATION_STANDIN_EXPORT int cudnnSetTensorNdDescriptor() { return kSuccess; }
LAYER_ROTATION_STANDIN_EXPORT int cudnnSetFilterNdDescriptor() { return kSuccess; }

LAYER_ROTATION_STANDIN_COUNTED(cudnnBatchNormalizationForwardTrainingEx)
LAYER_ROTATION_STANDIN_COUNTED(cudnnBatchNormalizationBackwardEx)
LAYER_ROTATION_STANDIN_COUNTED(cudnnBatchNormalizationForwardInference)
LAYER_ROTATION_STANDIN_EXPORT int cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize(void*, int, int, void*,
                                                                                           void*, void*, void*, void*,
                                                                                           size_t* size) {
  return write_size(size);
}
LAYER_ROTATION_STANDIN_EXPORT int cudnnGetBatchNormalizationBackwardExWorkspaceSize(void*, int, int, void*, void*,
                                                                                    void*, void*, void*, void*, void*,
                                                                                    size_t* size) {
  return write_size(size);
}
LAYER_ROTATION_STANDIN_EXPORT int cudnnGetBatchNormalizationTrainingExReserveSpaceSize(void*, int, int, void*, void*,
                                                                                       size_t* size) {
  return write_size(size);
}
