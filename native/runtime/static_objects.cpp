#include "static_objects.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

namespace layer_rotation {

void make_static_objects() {
  const at::Tensor one = at::ones({1}).requires_grad_();
  (one * one).backward();
}

}  // namespace layer_rotation
