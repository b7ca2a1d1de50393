#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace layer_rotation {

/// A tensor on its way to or from JavaScript.
struct NamedTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;  ///< fp32, row-major
};

/// A copy on the host, in fp32.
NamedTensor on_host(const std::string& name, const at::Tensor& tensor);

/// A tensor over the memory of `given`, which must outlive it. Throws Error INVALID_CONFIG, whose message begins with
/// `where`, unless `given` has the shape of `own`.
at::Tensor checked_view(const NamedTensor& given, const at::Tensor& own, const std::string& where);

}  // namespace layer_rotation
