#include "images.h"

namespace layer_rotation {

Images::Images(const at::Tensor& pixels, const at::Tensor& labels, at::Device device)
    : pixels_(pixels.to(device)), labels_(labels.to(device, at::kLong)) {}

}  // namespace layer_rotation
