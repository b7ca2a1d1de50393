// Streams and events.

#include <cuda_runtime_api.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "../device.h"
#include "../export.h"
#include "../load_operations.h"
#include "../stream.h"

using namespace standin;

namespace {

constexpr std::chrono::microseconds kPoll(20);

struct Event {
  int device;
  bool is_recorded = false;
  bool is_captured = false;
  Clock clock{};  ///< what is done when the event is
  std::shared_ptr<std::atomic<bool>> is_done = std::make_shared<std::atomic<bool>>(true);
  std::chrono::steady_clock::time_point time{};
};

std::set<Event*>& events() {
  static auto& events = *new std::set<Event*>;
  return events;
}

Event* find_event(cudaEvent_t handle) {
  const auto found = events().find(reinterpret_cast<Event*>(handle));
  return found == events().end() ? nullptr : *found;
}

/// The error of a call that asks about a stream's work, or waits for it.
cudaError_t check_use(const Stream* stream, const char* call) {
  if (const cudaError_t lost = loss_of_device(); lost != cudaSuccess) return fail(lost, call, "the device is lost");
  if (stream == nullptr) return refuse(cudaErrorInvalidResourceHandle, call, "unknown stream");
  if (stream->capture) {
    stream->capture->is_valid = false;
    return refuse(cudaErrorStreamCaptureUnsupported, call, "a stream that is captured");
  }
  if (is_forbidden_by_capture(call)) return fail(cudaErrorStreamCaptureUnsupported, call, "in a capture");
  return cudaSuccess;
}

cudaError_t check_use(const Event* event, const char* call) {
  if (const cudaError_t lost = loss_of_device(); lost != cudaSuccess) return fail(lost, call, "the device is lost");
  if (event == nullptr) return refuse(cudaErrorInvalidResourceHandle, call, "unknown event");
  if (event->is_captured) return refuse(cudaErrorCapturedEvent, call, "an event that a capture recorded");
  if (is_forbidden_by_capture(call)) return fail(cudaErrorStreamCaptureUnsupported, call, "in a capture");
  return cudaSuccess;
}

cudaError_t synchronize(cudaStream_t handle, const char* call) {
  std::unique_lock lock(state_mutex());
  Stream* stream = find_stream(handle);
  if (const cudaError_t error = check_use(stream, call); error != cudaSuccess) return error;
  lock.unlock();
  wait_for(*stream);
  return loss_of_device();
}

cudaError_t record(cudaEvent_t handle, cudaStream_t on) {
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  Event* event = find_event(handle);
  Stream* stream = find_stream(on);
  if (event == nullptr || stream == nullptr) {
    return refuse(cudaErrorInvalidResourceHandle, "cudaEventRecord", "unknown event or stream");
  }
  if (event->device != stream->device) {
    return refuse(cudaErrorInvalidResourceHandle, "cudaEventRecord", "an event and a stream of different devices");
  }
  event->is_recorded = true;
  event->is_captured = stream->capture != nullptr;
  event->time = std::chrono::steady_clock::now();
  if (event->is_captured) return cudaSuccess;
  event->clock = stream->clock;
  event->clock.advance_to(stream->number, stream->tick);
  event->is_done = std::make_shared<std::atomic<bool>>(false);
  stream->worker.push([is_done = event->is_done] { *is_done = true; });
  return cudaSuccess;
}

}  // namespace

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned, int) {
  load_operations();
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  *stream = make_stream();
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return cudaStreamCreateWithPriority(stream, flags, 0);
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  LAYER_ROTATION_STANDIN_LOCK;
  destroy_stream(stream);
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamGetPriority(cudaStream_t, int* priority) {
  *priority = 0;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return synchronize(stream, "cudaStreamSynchronize");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamQuery(cudaStream_t stream) {
  return synchronize(stream, "cudaStreamQuery");
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamAddCallback(cudaStream_t stream, cudaStreamCallback_t callback,
                                                                void* data, unsigned) {
  LAYER_ROTATION_STANDIN_LOCK;
  find_stream(stream)->worker.push([=] { callback(stream, cudaSuccess, data); });
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaStreamWaitEvent(cudaStream_t waiting, cudaEvent_t handle, unsigned) {
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  Stream* stream = find_stream(waiting);
  const Event* event = find_event(handle);
  if (stream == nullptr || event == nullptr) {
    return refuse(cudaErrorInvalidResourceHandle, "cudaStreamWaitEvent", "unknown stream or event");
  }
  if (!event->is_recorded) return cudaSuccess;
  if (event->is_captured != (stream->capture != nullptr)) {
    // The driver would let another stream join the capture, which the project never does.
    if (stream->capture) stream->capture->is_valid = false;
    return refuse(cudaErrorStreamCaptureIsolation, "cudaStreamWaitEvent", "a dependency into or out of a capture");
  }
  if (event->is_captured) return cudaSuccess;
  stream->clock.join(event->clock);
  stream->worker.push([is_done = event->is_done] {
    while (!*is_done) std::this_thread::sleep_for(kPoll);
  });
  return cudaSuccess;
}

LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  *event = reinterpret_cast<cudaEvent_t>(*events().insert(new Event{current_device()}).first);
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, 0);
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventDestroy(cudaEvent_t handle) {
  LAYER_ROTATION_STANDIN_LOCK;
  LAYER_ROTATION_STANDIN_REQUIRE_DEVICE
  Event* event = find_event(handle);
  if (event == nullptr) return refuse(cudaErrorInvalidResourceHandle, "cudaEventDestroy", "unknown event");
  events().erase(event);
  delete event;
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return record(event, stream);
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned) {
  return record(event, stream);
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventQuery(cudaEvent_t handle) {
  LAYER_ROTATION_STANDIN_LOCK;
  const Event* event = find_event(handle);
  if (const cudaError_t error = check_use(event, "cudaEventQuery"); error != cudaSuccess) return error;
  if (!*event->is_done) return cudaErrorNotReady;
  host_clock().join(event->clock);
  return cudaSuccess;
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventSynchronize(cudaEvent_t handle) {
  std::unique_lock lock(state_mutex());
  const Event* event = find_event(handle);
  if (const cudaError_t error = check_use(event, "cudaEventSynchronize"); error != cudaSuccess) return error;
  const auto is_done = event->is_done;
  const Clock clock = event->clock;
  lock.unlock();
  while (!*is_done) std::this_thread::sleep_for(kPoll);
  lock.lock();
  host_clock().join(clock);
  return loss_of_device();
}
LAYER_ROTATION_STANDIN_EXPORT cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  LAYER_ROTATION_STANDIN_LOCK;
  const auto time = find_event(to)->time - find_event(from)->time;
  *milliseconds = std::chrono::duration<float, std::milli>(time).count();
  return cudaSuccess;
}
