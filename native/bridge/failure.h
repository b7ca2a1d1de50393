#pragma once

#include <napi.h>

#include <string>

namespace layer_rotation {

/// An exception on its way to JavaScript.
struct Failure {
  std::string code;
  std::string message;

  /// The exception being handled, without LibTorch's C++ backtraces; call it in a catch block.
  static Failure current();

  /// The Error with `code` that src/native/errors.ts turns into a LayerRotationError.
  Napi::Error to_javascript(Napi::Env env) const;
};

/// Calls `begin()`, which reads arguments and returns a promise; an exception becomes a rejected promise. What
/// JavaScript itself throws, as a getter among the arguments can, passes through unchanged.
template <class Begin>
Napi::Value reject_on_throw(Napi::Env env, Begin begin) {
  try {
    return begin();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    const auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(Failure::current().to_javascript(env).Value());
    return deferred.Promise();
  }
}

}  // namespace layer_rotation
