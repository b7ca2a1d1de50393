#pragma once

#include <cuda_runtime_api.h>

#include <memory>
#include <thread>

#include "graph.h"
#include "moment.h"
#include "work.h"
#include "worker.h"

namespace standin {

/// A capture that a stream is in.
struct Capture {
  cudaStreamCaptureMode mode;
  std::thread::id thread;
  unsigned long long id;
  bool is_valid = true;
  std::unique_ptr<Graph> graph = std::make_unique<Graph>();
};

struct Stream {
  int device;
  uint32_t number;  ///< its place in clocks
  uint64_t tick = 0;
  Clock clock;  ///< what is done before its next work begins
  std::unique_ptr<Capture> capture;
  Worker worker;

  Stream(int device, uint32_t number) : device(device), number(number) {}
};

/// Makes a stream of the current device.
cudaStream_t make_stream();
void destroy_stream(cudaStream_t handle);

/// The stream of a handle, for which null is the current device's default stream; nullptr if there is no such stream.
Stream* find_stream(cudaStream_t handle);

/// Puts work on a stream: into its capture, or to be done now (in the stream's thread, if streams have threads).
cudaError_t enqueue(cudaStream_t handle, const char* call, Work work);
/// The next moment of a stream.
Moment next_moment(Stream& stream);

/// Waits until all work of the stream is done, which the host knows then.
void wait_for(Stream& stream);
/// The same for all streams of a device.
void wait_for_device(int device);
/// The work that the host knows to be done, by any of its threads.
Clock& host_clock();

/// Returns whether the calling thread may not make a call that waits or allocates, because of a capture, which becomes
/// invalid. Reports a violation then.
bool is_forbidden_by_capture(const char* call);
/// The stream that the calling thread captures; nullptr if there is none.
Stream* captured_by_this_thread();
/// The mode of this thread's own calls (cudaThreadExchangeStreamCaptureMode).
cudaStreamCaptureMode& thread_capture_mode();

}  // namespace standin
