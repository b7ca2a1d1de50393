#include "product_parameter.h"

namespace layer_rotation {

ProductParameter::ProductParameter(const at::Tensor& parameter, const ComputeSpec& compute)
    : parameter_(parameter), precision_(compute.precision) {
  if (parameter.defined() && compute.has_shadows()) shadow_ = parameter.detach().to(precision_).requires_grad_();
}

}  // namespace layer_rotation
