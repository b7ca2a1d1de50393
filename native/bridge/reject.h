#pragma once

#include <napi.h>

#include "failure.h"

namespace layer_rotation {

/// Calls `begin()`, which reads arguments and returns a promise; an exception becomes a rejected promise. What
/// JavaScript itself threw meanwhile, as a getter among the arguments can, is thrown on as it is.
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
