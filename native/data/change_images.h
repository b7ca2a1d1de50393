#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "../epoch/mix.h"

namespace layer_rotation {

/// Sets the pixels of each image's box to 0: images [batch, channels, height, width], boxes [batch].
void erase(at::Tensor& images, const std::vector<Box>& boxes);

/// Returns each image mixed with its partner, blended in fp32. Both have the shape [batch, channels, height, width];
/// `images` may change.
at::Tensor mixed(at::Tensor& images, const at::Tensor& partners, const Mix& mix);

}  // namespace layer_rotation
