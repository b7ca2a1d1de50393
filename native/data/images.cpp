#include "images.h"

namespace layer_rotation {

Images::Images(const at::Tensor& pixels, const at::Tensor& labels, at::Device device)
    : pixels_(pixels.to(device)), labels_(labels.to(device, at::kLong)) {}

Images::Batch Images::gather(const at::Tensor& indices) const {
  return {pixels_.index_select(0, indices), labels_.index_select(0, indices)};
}

Images::Batch Images::range(int64_t begin, int64_t end) const {
  return {pixels_.slice(0, begin, end), labels_.slice(0, begin, end)};
}

}  // namespace layer_rotation
