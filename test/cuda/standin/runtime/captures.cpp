// Captures of streams, and the graphs that they make.

#include <cuda_runtime_api.h>

#include <memory>
#include <set>
#include <utility>

#include "../allocations.h"
#include "../device.h"
#include "../export.h"
#include "../graph.h"
#include "../settings.h"
#include "../stream.h"

using namespace standin;

namespace {

std::set<Graph*>& executables() {
  static auto& executables = *new std::set<Graph*>;
  return executables;
}

unsigned long long next_capture() {
  static unsigned long long captures = 0;
  return ++captures;
}

cudaStreamCaptureStatus status_of(const Stream* stream) {
  if (stream == nullptr || !stream->capture) return cudaStreamCaptureStatusNone;
  return stream->capture->is_valid ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusInvalidated;
}

}  // namespace

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  std::swap(*mode, thread_capture_mode());
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode mode) {
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  Stream* stream = find_stream(handle);
  if (handle == nullptr || stream == nullptr || stream->capture) {
    return refuse(cudaErrorStreamCaptureUnsupported, "cudaStreamBeginCapture", "no stream that can be captured");
  }
  stream->capture.reset(new Capture{mode, std::this_thread::get_id(), next_capture()});
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t* graph) {
  LAYER_ROTATION_STANDIN_LOCK;
  *graph = nullptr;
  Stream* stream = find_stream(handle);
  if (stream == nullptr || !stream->capture) return fail(cudaErrorIllegalState, "cudaStreamEndCapture", "no capture");
  if (stream->capture->thread != std::this_thread::get_id()) {
    return refuse(cudaErrorStreamCaptureWrongThread, "cudaStreamEndCapture", "another thread began it");
  }
  const std::unique_ptr<Capture> capture = std::move(stream->capture);
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  if (!capture->is_valid) return fail(cudaErrorStreamCaptureInvalidated, "cudaStreamEndCapture", "invalid");
  *graph = reinterpret_cast<cudaGraph_t>(capture->graph.release());
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus* status) {
  LAYER_ROTATION_STANDIN_LOCK;
  *status = status_of(find_stream(handle));
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamGetCaptureInfo(cudaStream_t handle, cudaStreamCaptureStatus* status,
                                                                   unsigned long long* id, cudaGraph_t* graph,
                                                                   const cudaGraphNode_t** dependencies,
                                                                   const cudaGraphEdgeData** edges, size_t* count) {
  LAYER_ROTATION_STANDIN_LOCK;
  const Stream* stream = find_stream(handle);
  *status = status_of(stream);
  if (*status == cudaStreamCaptureStatusActive) {
    if (id != nullptr) *id = stream->capture->id;
    if (graph != nullptr) *graph = reinterpret_cast<cudaGraph_t>(stream->capture->graph.get());
  }
  if (dependencies != nullptr) *dependencies = nullptr;
  if (edges != nullptr) *edges = nullptr;
  if (count != nullptr) *count = 0;
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, size_t* count) {
  *count = reinterpret_cast<Graph*>(graph)->nodes.size();
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete reinterpret_cast<Graph*>(graph);
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* executable, cudaGraph_t graph,
                                                                        unsigned long long) {
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  auto* made = new Graph(*reinterpret_cast<Graph*>(graph));
  executables().insert(made);
  *executable = reinterpret_cast<cudaGraphExec_t>(made);
  describe(*made);
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  LAYER_ROTATION_STANDIN_LOCK;
  auto* graph = reinterpret_cast<Graph*>(executable);
  if (executables().erase(graph) == 0) return refuse(cudaErrorInvalidValue, "cudaGraphExecDestroy", "unknown graph");
  delete graph;
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t handle) {
  std::unique_lock lock(state_mutex());
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  auto* graph = reinterpret_cast<Graph*>(executable);
  Stream* stream = find_stream(handle);
  if (!executables().contains(graph)) return refuse(cudaErrorInvalidValue, "cudaGraphLaunch", "unknown graph");
  if (stream == nullptr || stream->device != current_device()) {
    return refuse(cudaErrorInvalidResourceHandle, "cudaGraphLaunch", "a stream of another device");
  }
  if (stream->capture) {
    stream->capture->is_valid = false;
    return refuse(cudaErrorStreamCaptureUnsupported, "cudaGraphLaunch", "a stream that is captured");
  }
  std::vector<std::pair<Work, Moment>> launched;
  for (const Work& node : graph->nodes) {
    if (node.run) launched.emplace_back(node, next_moment(*stream));
  }
  lock.unlock();
  stream->worker.push([launched = std::move(launched), number = stream->number, device = stream->device] {
    if (settings().poisons) poison_memory_of_captures(number);
    for (const auto& [node, moment] : launched) perform(node, moment, device);
  });
  return cudaSuccess;
}
