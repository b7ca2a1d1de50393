#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace layer_rotation {

/// An error with the `code` that JavaScript sees (src/errors.ts lists them).
class Error : public std::runtime_error {
 public:
  Error(std::string code, const std::string& message) : std::runtime_error(message), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

/// Returns the first line of an error of LibTorch or CUDA; the lines after it explain how to debug it.
inline std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

}  // namespace layer_rotation
