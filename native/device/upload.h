#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

namespace layer_rotation::kernel {

/// A block of memory of `device` that starts at a 16-byte boundary.
inline at::Tensor bytes(size_t size, at::Device device) {
  return at::empty({static_cast<int64_t>(std::max<size_t>(16, size))}, at::dtype(at::kByte).device(device));
}

/// Copies `count` values to the beginning of `to`, in the order of the device's work, and waits for the copy. For
/// memory that is not pinned nothing else tells when the values have been read.
template <class T>
void upload(const T* values, size_t count, at::Tensor& to) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (count == 0) return;
  const auto size = static_cast<int64_t>(count * sizeof(T));
  to.slice(0, 0, size).copy_(at::from_blob(const_cast<T*>(values), {size}, at::dtype(at::kByte)));
}

template <class T>
at::Tensor uploaded(const std::vector<T>& values, at::Device device) {
  at::Tensor tensor = bytes(values.size() * sizeof(T), device);
  upload(values.data(), values.size(), tensor);
  return tensor;
}

/// The first `count` values of `from`, on the host. Waits for the device.
template <class T>
std::vector<T> downloaded(const at::Tensor& from, size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> values(count);
  if (count == 0) return values;
  const at::Tensor on_host = from.slice(0, 0, static_cast<int64_t>(count * sizeof(T))).cpu();
  std::memcpy(static_cast<void*>(values.data()), on_host.const_data_ptr(), count * sizeof(T));
  return values;
}

template <class T>
T* pointer(const at::Tensor& tensor) {
  return static_cast<T*>(tensor.mutable_data_ptr());
}

}  // namespace layer_rotation::kernel
