#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace layer_rotation {

/// A tensor as it goes to and comes from JavaScript.
struct NamedTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;  ///< fp32, row-major
};

/// A copy on the host, in fp32.
NamedTensor on_host(const std::string& name, const at::Tensor& tensor);

/// `given` as a tensor over its own memory, which must live as long. Throws Error INVALID_CONFIG, which begins with
/// `where`, unless it has the shape of `own`.
at::Tensor checked_view(const NamedTensor& given, const at::Tensor& own, const std::string& where);

}  // namespace layer_rotation
