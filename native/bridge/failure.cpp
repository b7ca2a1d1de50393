#include "failure.h"

#include <c10/util/Exception.h>

#include <new>

#include "../error.h"
#include "../runtime/cuda_devices.h"

namespace layer_rotation {
namespace {

/// Of what does not itself say how much was free, as LibTorch's own allocator does.
Failure out_of_device_memory(const std::string& what) {
  const std::string free = cuda_memory_left();
  return {"OUT_OF_MEMORY", free.empty() ? what : what + "; " + free};
}

/// A failure for want of memory has no exception type of its own where LibTorch's allocator for the CPU tells it, whose
/// message begins with a place in its source, or a library that wants memory of a CUDA device beside LibTorch.
Failure from_libtorch(const std::string& message) {
  if (const size_t found = message.find("can't allocate memory"); found != std::string::npos) {
    return {"OUT_OF_MEMORY", "LibTorch " + message.substr(found)};
  }
  if (message.find("STATUS_ALLOC_FAILED") != std::string::npos) return out_of_device_memory(first_line(message));
  return {"NATIVE", message};
}

/// Of a CUDA device, in the words of its runtime: the first line says what happened, those behind it how to debug it.
Failure from_device(const std::string& message) {
  const std::string what = first_line(message);
  if (what.find("out of memory") != std::string::npos) return out_of_device_memory(what);
  return {"DEVICE_FAILED", what + "; nothing more can be done with the device in this process: start it again"};
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
