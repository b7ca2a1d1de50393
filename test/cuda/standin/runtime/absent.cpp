// Functions of the runtime that LibTorch links and that training does not call. The runtime's header is not included,
// because its declarations have arguments, which C's calling convention lets a function ignore.

#include "../export.h"
#include "../violation.h"

#define LAYER_ROTATION_STANDIN_ABSENT(name)                            \
  LAYER_ROTATION_STANDIN_EXPORT int name() {                           \
    standin::report_violation(#name, "the stand-in does not have it"); \
    constexpr int kNotSupported = 801;                                 \
    return kNotSupported;                                              \
  }

LAYER_ROTATION_STANDIN_ABSENT(cudaLaunchCooperativeKernel)
LAYER_ROTATION_STANDIN_ABSENT(cudaGetSymbolAddress)
LAYER_ROTATION_STANDIN_ABSENT(cudaMemcpyToSymbol)
LAYER_ROTATION_STANDIN_ABSENT(cudaMemcpy2DAsync)
LAYER_ROTATION_STANDIN_ABSENT(cudaMallocAsync)
LAYER_ROTATION_STANDIN_ABSENT(cudaFreeAsync)
LAYER_ROTATION_STANDIN_ABSENT(cudaMemPoolGetAttribute)
LAYER_ROTATION_STANDIN_ABSENT(cudaMemPoolSetAccess)
LAYER_ROTATION_STANDIN_ABSENT(cudaMemPoolSetAttribute)
LAYER_ROTATION_STANDIN_ABSENT(cudaMemPoolTrimTo)
LAYER_ROTATION_STANDIN_ABSENT(cudaDeviceGetDefaultMemPool)
LAYER_ROTATION_STANDIN_ABSENT(cudaDeviceGetGraphMemAttribute)
LAYER_ROTATION_STANDIN_ABSENT(cudaDeviceSetGraphMemAttribute)
LAYER_ROTATION_STANDIN_ABSENT(cudaStreamBeginCaptureToGraph)
LAYER_ROTATION_STANDIN_ABSENT(cudaStreamUpdateCaptureDependencies)
LAYER_ROTATION_STANDIN_ABSENT(cudaGraphAddNode)
LAYER_ROTATION_STANDIN_ABSENT(cudaGraphConditionalHandleCreate)
LAYER_ROTATION_STANDIN_ABSENT(cudaGraphNodeGetDependencies)
LAYER_ROTATION_STANDIN_ABSENT(cudaGraphRetainUserObject)
LAYER_ROTATION_STANDIN_ABSENT(cudaUserObjectCreate)
LAYER_ROTATION_STANDIN_ABSENT(cudaUserObjectRelease)
LAYER_ROTATION_STANDIN_ABSENT(cudaIpcCloseMemHandle)
LAYER_ROTATION_STANDIN_ABSENT(cudaIpcGetEventHandle)
LAYER_ROTATION_STANDIN_ABSENT(cudaIpcGetMemHandle)
LAYER_ROTATION_STANDIN_ABSENT(cudaIpcOpenEventHandle)
LAYER_ROTATION_STANDIN_ABSENT(cudaIpcOpenMemHandle)
LAYER_ROTATION_STANDIN_ABSENT(cudaLibraryGetKernel)
LAYER_ROTATION_STANDIN_ABSENT(cudaLibraryLoadData)
LAYER_ROTATION_STANDIN_ABSENT(cudaLibraryUnload)
