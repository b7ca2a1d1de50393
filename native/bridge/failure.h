#pragma once

#include <napi.h>

#include <string>

namespace layer_rotation {

/// An exception on its way to JavaScript.
struct Failure {
  std::string code;
  std::string message;

  /// Of the exception being handled; call it in a catch block. LibTorch's C++ backtraces are left out.
  static Failure current();

  /// The Error with `code` that src/native/contract.ts turns into a LayerRotationError.
  Napi::Error to_javascript(Napi::Env env) const;
};

}  // namespace layer_rotation
