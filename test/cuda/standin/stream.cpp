#include "stream.h"

#include <map>
#include <set>
#include <string>

#include "device.h"
#include "settings.h"
#include "violation.h"

namespace standin {
namespace {

struct Streams {
  std::set<Stream*> all;
  std::map<int, Stream*> defaults;  ///< by device
  uint32_t next_number = 0;

  Stream* make(int device) { return *all.insert(new Stream(device, next_number++)).first; }
};

Streams& streams() {
  static auto& streams = *new Streams;
  return streams;
}

bool is_default(cudaStream_t handle) { return handle == nullptr || handle == cudaStreamLegacy; }

cudaError_t add_node(Stream& stream, const char* call, Work work) {
  Capture& capture = *stream.capture;
  if (capture.graph->nodes.size() == settings().refused_node) {
    capture.is_valid = false;
    return fail(cudaErrorStreamCaptureInvalidated, call, "refused as LAYER_ROTATION_STANDIN_REFUSE_NODE asks");
  }
  capture.graph->nodes.push_back(std::move(work));
  return cudaSuccess;
}

}  // namespace

cudaStream_t make_stream() { return reinterpret_cast<cudaStream_t>(streams().make(current_device())); }

// The number stays in clocks, and the worker may still run: the stream is not deleted.
void destroy_stream(cudaStream_t handle) { streams().all.erase(reinterpret_cast<Stream*>(handle)); }

Stream* find_stream(cudaStream_t handle) {
  if (is_default(handle)) {
    Stream*& stream = streams().defaults[current_device()];
    if (stream == nullptr) stream = streams().make(current_device());
    return stream;
  }
  const auto found = streams().all.find(reinterpret_cast<Stream*>(handle));
  return found == streams().all.end() ? nullptr : *found;
}

cudaError_t enqueue(cudaStream_t handle, const char* call, Work work) {
  std::unique_lock lock(state_mutex());
  if (const cudaError_t lost = loss_of_device(); lost != cudaSuccess) return fail(lost, call, "the device is lost");
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return refuse(cudaErrorInvalidResourceHandle, call, "unknown stream: " + work.name);
  const bool is_launch = work.kind != WorkKind::kCopy && work.kind != WorkKind::kFill;
  if (is_launch && stream->device != current_device()) {
    return refuse(cudaErrorInvalidResourceHandle, call,
                  "a stream of device " + std::to_string(stream->device) + " while the current device is " +
                      std::to_string(current_device()) + ": " + work.name);
  }
  if (is_default(handle)) {
    Stream* captured = captured_by_this_thread();
    if (captured != nullptr && captured->capture->mode != cudaStreamCaptureModeRelaxed) {
      captured->capture->is_valid = false;
      return refuse(cudaErrorStreamCaptureImplicit, call, "the default stream in a capture: " + work.name);
    }
  }
  if (stream->capture) return add_node(*stream, call, std::move(work));
  const Moment moment = next_moment(*stream);
  lock.unlock();
  stream->worker.push([work = std::move(work), moment, device = stream->device] { perform(work, moment, device); });
  return cudaSuccess;
}

Moment next_moment(Stream& stream) {
  stream.clock.join(host_clock());
  return {stream.number, ++stream.tick, std::make_shared<Clock>(stream.clock)};
}

void wait_for(Stream& stream) {
  stream.worker.drain();
  LAYER_ROTATION_STANDIN_LOCK;
  stream.clock.advance_to(stream.number, stream.tick);
  host_clock().join(stream.clock);
}

void wait_for_device(int device) {
  std::set<Stream*> all;
  {
    LAYER_ROTATION_STANDIN_LOCK;
    all = streams().all;
  }
  for (Stream* stream : all) {
    if (stream->device == device) wait_for(*stream);
  }
}

Clock& host_clock() {
  static auto& clock = *new Clock;
  return clock;
}

bool is_forbidden_by_capture(const char* call) {
  LAYER_ROTATION_STANDIN_LOCK;
  const cudaStreamCaptureMode own_mode = thread_capture_mode();
  if (own_mode == cudaStreamCaptureModeRelaxed) return false;
  for (Stream* stream : streams().all) {
    Capture* capture = stream->capture.get();
    if (capture == nullptr || capture->mode == cudaStreamCaptureModeRelaxed) continue;
    const bool is_own = capture->thread == std::this_thread::get_id();
    const bool is_global = capture->mode == cudaStreamCaptureModeGlobal && own_mode == cudaStreamCaptureModeGlobal;
    if (!is_own && !is_global) continue;
    report_violation(call, is_own ? "in a capture of this thread" : "in a global capture of another thread");
    capture->is_valid = false;
    return true;
  }
  return false;
}

Stream* captured_by_this_thread() {
  for (Stream* stream : streams().all) {
    if (stream->capture && stream->capture->thread == std::this_thread::get_id()) return stream;
  }
  return nullptr;
}

cudaStreamCaptureMode& thread_capture_mode() {
  thread_local cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  return mode;
}

}  // namespace standin
