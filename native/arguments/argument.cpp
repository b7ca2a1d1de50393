#include "argument.h"

#include <cmath>

#include "../error.h"

namespace layer_rotation {
namespace {

/// An array may say that it has 2^32 elements: reading them takes minutes and all memory.
constexpr uint32_t kMostElements = 1 << 20;

const char* name_of(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array: return "an Int8Array";
    case napi_uint8_array: return "a Uint8Array";
    case napi_uint8_clamped_array: return "a Uint8ClampedArray";
    case napi_int16_array: return "an Int16Array";
    case napi_uint16_array: return "a Uint16Array";
    case napi_int32_array: return "an Int32Array";
    case napi_uint32_array: return "a Uint32Array";
    case napi_float32_array: return "a Float32Array";
    case napi_float64_array: return "a Float64Array";
    case napi_bigint64_array: return "a BigInt64Array";
    case napi_biguint64_array: return "a BigUint64Array";
    default: return "another typed array";
  }
}

/// Returns a few words that describe a value; a number, a boolean or a text as it reads.
std::string description(const Napi::Value& value) {
  if (value.IsNumber() || value.IsBoolean() || value.IsString()) return value.ToString().Utf8Value();
  if (value.IsUndefined()) return "undefined";
  if (value.IsNull()) return "null";
  if (value.IsTypedArray()) return name_of(value.As<Napi::TypedArray>().TypedArrayType());
  if (value.IsArray()) return "an array";
  if (value.IsFunction()) return "a function";
  return value.IsObject() ? "an object" : "another type";
}

/// The beginning of a text, of whole characters.
std::string shortened(const std::string& text) {
  constexpr size_t kLongest = 100;
  if (text.size() <= kLongest) return text;
  size_t end = kLongest;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

void Argument::fail(const std::string& expected) const {
  throw Error("INVALID_CONFIG", path_ + ": expected " + expected + ", found " + shortened(description(value_)));
}

Argument Argument::operator[](const char* name) const {
  if (!value_.IsObject()) fail("an object");
  return {value_.As<Napi::Object>().Get(name), path_.empty() ? name : path_ + "." + name};
}

std::vector<Argument> Argument::elements() const {
  if (!value_.IsArray()) fail("an array");
  const auto array = value_.As<Napi::Array>();
  if (array.Length() > kMostElements) fail("an array of at most " + std::to_string(kMostElements) + " elements");
  std::vector<Argument> elements;
  for (uint32_t i = 0; i < array.Length(); ++i) elements.emplace_back(array.Get(i), path_ + "." + std::to_string(i));
  return elements;
}

double Argument::number() const {
  if (!value_.IsNumber()) fail("a number");
  return value_.As<Napi::Number>().DoubleValue();
}

double Argument::finite() const {
  const double x = number();
  if (!std::isfinite(x)) fail("a finite number");
  return x;
}

double Argument::at_least_zero() const {
  const double x = finite();
  if (x < 0) fail("a number of at least 0");
  return x;
}

int64_t Argument::integer(int64_t low, int64_t high) const {
  const double x = number();
  if (x > static_cast<double>(high)) fail("an integer of at most " + std::to_string(high));
  if (!(x == std::floor(x)) || x < static_cast<double>(low)) fail("an integer of at least " + std::to_string(low));
  return static_cast<int64_t>(x);
}

bool Argument::boolean() const {
  if (!value_.IsBoolean()) fail("true or false");
  return value_.As<Napi::Boolean>().Value();
}

std::string Argument::string() const {
  if (!value_.IsString()) fail("a string");
  return value_.As<Napi::String>().Utf8Value();
}

template <class T>
std::vector<T> Argument::typed_array(napi_typedarray_type type, const char* name) const {
  if (!value_.IsTypedArray() || value_.As<Napi::TypedArray>().TypedArrayType() != type) fail(name);
  const auto array = value_.As<Napi::TypedArrayOf<T>>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

std::vector<double> Argument::float64_array() const {
  return typed_array<double>(napi_float64_array, "a Float64Array");
}
std::vector<float> Argument::float32_array() const { return typed_array<float>(napi_float32_array, "a Float32Array"); }
bool Argument::is_float32_array() const {
  return value_.IsTypedArray() && value_.As<Napi::TypedArray>().TypedArrayType() == napi_float32_array;
}
std::vector<int32_t> Argument::int32_array() const { return typed_array<int32_t>(napi_int32_array, "an Int32Array"); }
std::vector<uint8_t> Argument::uint8_array() const { return typed_array<uint8_t>(napi_uint8_array, "a Uint8Array"); }

std::vector<int64_t> Argument::shape() const {
  std::vector<int64_t> shape;
  for (const Argument& size : elements()) shape.push_back(size.integer(1, int64_t{1} << 31));
  return shape;
}

}  // namespace layer_rotation
