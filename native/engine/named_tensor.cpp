#include "named_tensor.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>

#include "../error.h"
#include "../runtime/cpu_memory.h"

namespace layer_rotation {

NamedTensor on_host(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor copy = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  const float* values = copy.const_data_ptr<float>();
  reserve_cpu_memory(copy.nbytes());
  return {name, copy.sizes().vec(), {values, values + copy.numel()}};
}

at::Tensor checked_view(const NamedTensor& given, const at::Tensor& own, const std::string& where) {
  if (own.sizes() != given.shape || own.numel() != static_cast<int64_t>(given.values.size())) {
    throw Error("INVALID_CONFIG", where + ": " + given.name + " has shape " + c10::str(at::IntArrayRef(given.shape)) +
                                      " with " + std::to_string(given.values.size()) + " values, but the model's has " +
                                      c10::str(own.sizes()));
  }
  return at::from_blob(const_cast<float*>(given.values.data()), given.shape);
}

}  // namespace layer_rotation
