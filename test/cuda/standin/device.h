#pragma once

#include <cuda_runtime_api.h>

#include <mutex>
#include <string_view>

namespace standin {

/// Guards all state of the stand-in. Work runs without it.
std::recursive_mutex& state_mutex();
#define LAYER_ROTATION_STANDIN_LOCK const std::lock_guard lock(standin::state_mutex())

/// The device that this thread has chosen.
int current_device();
void choose_device(int device);

/// Makes `error` this thread's last one and writes it into the journal. Returns it.
cudaError_t fail(cudaError_t error, std::string_view call, std::string_view why);
/// The same for a call that the driver forbids, which is a violation.
cudaError_t refuse(cudaError_t error, std::string_view call, std::string_view why);

/// Makes all later calls to the device fail with `error`, as a driver does after a fault in a kernel.
void lose_device(int device, cudaError_t error);
/// The error by which the current device was lost; cudaSuccess if it was not.
cudaError_t loss_of_device();

/// This thread's last error; a lost device's stays.
cudaError_t last_error();
void clear_last_error();

}  // namespace standin

/// Returns from a call of the runtime if the current device is lost.
#define LAYER_ROTATION_STANDIN_REQUIRE_DEVICE                                    \
  if (const cudaError_t lost = standin::loss_of_device(); lost != cudaSuccess) { \
    return standin::fail(lost, __func__, "the device is lost");                  \
  }
