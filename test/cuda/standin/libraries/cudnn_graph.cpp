// cuDNN's graphs, by which LibTorch computes convolutions. Every operation has one engine, which wants a workspace.

#include <cudnn_graph.h>

#include "../export.h"
#include "library.h"

namespace {

struct Descriptor {
  cudnnBackendDescriptorType_t type;
  int64_t operation = 0;  ///< the operation that a graph, an engine or a plan is for
};

Descriptor* descriptor(cudnnBackendDescriptor_t handle) { return reinterpret_cast<Descriptor*>(handle); }

constexpr int64_t kWorkspace = 1 << 20;

const char* name_of(int64_t operation) {
  switch (operation) {
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR: return "convolution forward";
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR: return "convolution backward filter";
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR: return "convolution backward data";
    default: return "another plan";
  }
}

}  // namespace

LAYER_ROTATION_STANDIN_EXPORT cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t type,
                                                                         cudnnBackendDescriptor_t* handle) {
  *handle = reinterpret_cast<cudnnBackendDescriptor_t>(new Descriptor{type});
  return CUDNN_STATUS_SUCCESS;
}
LAYER_ROTATION_STANDIN_EXPORT cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t handle) {
  delete descriptor(handle);
  return CUDNN_STATUS_SUCCESS;
}
LAYER_ROTATION_STANDIN_EXPORT cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t) {
  return CUDNN_STATUS_SUCCESS;
}

LAYER_ROTATION_STANDIN_EXPORT cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t handle,
                                                                     cudnnBackendAttributeName_t name,
                                                                     cudnnBackendAttributeType_t, int64_t,
                                                                     const void* values) {
  switch (name) {
    case CUDNN_ATTR_OPERATIONGRAPH_OPS:
    case CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH:
    case CUDNN_ATTR_ENGINE_OPERATION_GRAPH:
    case CUDNN_ATTR_ENGINECFG_ENGINE:
    case CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG: {
      const Descriptor* part = descriptor(*static_cast<const cudnnBackendDescriptor_t*>(values));
      descriptor(handle)->operation = part->operation != 0 ? part->operation : int64_t{part->type};
      break;
    }
    default: break;
  }
  return CUDNN_STATUS_SUCCESS;
}

LAYER_ROTATION_STANDIN_EXPORT cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t handle,
                                                                     cudnnBackendAttributeName_t name,
                                                                     cudnnBackendAttributeType_t, int64_t asked,
                                                                     int64_t* count, void* values) {
  const bool is_wanted = values != nullptr && asked > 0;
  int64_t found = 1;
  switch (name) {
    case CUDNN_ATTR_ENGINEHEUR_RESULTS:
    case CUDNN_ATTR_ENGINECFG_ENGINE:
      if (is_wanted) {
        descriptor(*static_cast<cudnnBackendDescriptor_t*>(values))->operation = descriptor(handle)->operation;
      }
      break;
    case CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE:
      if (is_wanted) *static_cast<int64_t*>(values) = kWorkspace;
      break;
    case CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT:
      if (is_wanted) *static_cast<int64_t*>(values) = 1;
      break;
    case CUDNN_ATTR_ENGINE_GLOBAL_INDEX:
      if (is_wanted) *static_cast<int64_t*>(values) = 0;
      break;
    default: found = 0;  // notes and knobs, of which the engine has none
  }
  if (count != nullptr) *count = found;
  return CUDNN_STATUS_SUCCESS;
}

LAYER_ROTATION_STANDIN_EXPORT cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t plan,
                                                                cudnnBackendDescriptor_t) {
  const cudaStream_t stream = reinterpret_cast<standin::LibraryHandle*>(handle)->stream;
  const char* name = name_of(descriptor(plan)->operation);
  return static_cast<cudnnStatus_t>(standin::count_call(stream, standin::WorkKind::kCudnn, name));
}
