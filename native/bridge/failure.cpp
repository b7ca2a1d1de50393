#include "failure.h"

#include <c10/util/Exception.h>

#include <new>

#include "../device/device_failure.h"
#include "../error.h"
#include "../runtime/cuda_devices.h"

namespace layer_rotation {
namespace {

/// The failure for an allocation error that does not say how much was free, as LibTorch's own allocator does.
Failure out_of_device_memory(const std::string& what) {
  const std::string free = cuda_memory_left();
  return {"OUT_OF_MEMORY", free.empty() ? what : what + "; " + free};
}

/// The failure for a plain c10::Error, which may be one to allocate.
Failure from_libtorch(const std::string& message) {
  if (const size_t found = message.find(kNoHostMemory); found != std::string::npos) {
    return {"OUT_OF_MEMORY", "LibTorch " + message.substr(found)};
  }
  if (message.find(kNoLibraryMemory) != std::string::npos) return out_of_device_memory(first_line(message));
  return {"NATIVE", message};
}

/// The failure for an error of the CUDA runtime: the first line says what happened, the others how to debug it.
Failure from_device(const std::string& message) {
  const std::string what = first_line(message);
  if (what.find("out of memory") != std::string::npos) return out_of_device_memory(what);
  return {"DEVICE_FAILED", what + "; this process cannot use the device any more: start it again"};
}

}  // namespace

Failure Failure::current() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.code(), error.what()};
  } catch (const c10::OutOfMemoryError& error) {
    return {"OUT_OF_MEMORY", error.what_without_backtrace()};
  } catch (const c10::AcceleratorError& error) {
    return from_device(error.what_without_backtrace());
  } catch (const c10::Error& error) {
    return from_libtorch(error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return {"OUT_OF_MEMORY", "not enough memory"};
  } catch (const std::exception& error) {
    return {"NATIVE", error.what()};
  } catch (...) {
    return {"NATIVE", "an exception of unknown type"};
  }
}

Napi::Error Failure::to_javascript(Napi::Env env) const {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", code);
  return error;
}

}  // namespace layer_rotation
