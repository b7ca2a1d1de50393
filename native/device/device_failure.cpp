#include "device_failure.h"

#include <algorithm>
#include <array>
#include <string>

namespace layer_rotation {

bool is_device_failure(const c10::Error& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::AcceleratorError*>(&error) != nullptr) return true;
  // cuDNN, cuBLAS and the like throw other c10::Errors.
  static constexpr std::array kWords{kNoHostMemory, kNoLibraryMemory, "CUDA error",
                                     "cuDNN error", "CUDNN_STATUS",   "CUBLAS_STATUS"};
  const std::string message = error.what_without_backtrace();
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* words) { return message.find(words) != std::string::npos; });
}

}  // namespace layer_rotation
