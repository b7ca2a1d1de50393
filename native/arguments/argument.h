#pragma once

#include <napi.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace layer_rotation {

/// Up to here numbers of JavaScript count one by one.
constexpr int64_t kLargestInteger = (int64_t{1} << 53) - 1;

/// A JavaScript value with its path, read into C++. What does not fit throws Error INVALID_CONFIG with the path, what
/// was found and what was expected.
class Argument {
 public:
  Argument(Napi::Value value, std::string path) : value_(value), path_(std::move(path)) {}

  /// A property of an object; undefined where the object has none.
  Argument operator[](const char* name) const;
  /// The elements of an array.
  std::vector<Argument> elements() const;

  bool is_string() const { return value_.IsString(); }
  bool is_nullish() const { return value_.IsUndefined() || value_.IsNull(); }
  double number() const;
  /// A number that is neither NaN nor infinite.
  double finite() const;
  /// A finite number of at least 0.
  double at_least_zero() const;
  int64_t integer(int64_t low, int64_t high = kLargestInteger) const;
  bool boolean() const;
  std::string string() const;
  /// The choice that this string names.
  template <class T>
  T one_of(std::initializer_list<std::pair<const char*, T>> choices) const {
    const std::string name = string();
    std::string expected;
    for (const auto& [choice, value] : choices) {
      if (name == choice) return value;
      expected += (expected.empty() ? "" : ", ") + std::string(choice);
    }
    const size_t last = expected.rfind(", ");
    fail(last == std::string::npos ? expected : expected.replace(last, 2, " or "));
  }
  /// The elements of a typed array of exactly this type, copied: the caller may change or transfer it meanwhile.
  std::vector<double> float64_array() const;
  std::vector<float> float32_array() const;
  bool is_float32_array() const;
  std::vector<int32_t> int32_array() const;
  std::vector<uint8_t> uint8_array() const;
  std::vector<int64_t> shape() const;

  const std::string& path() const { return path_; }
  [[noreturn]] void fail(const std::string& expected) const;

 private:
  template <class T>
  std::vector<T> typed_array(napi_typedarray_type type, const char* name) const;

  Napi::Value value_;
  std::string path_;
};

}  // namespace layer_rotation
