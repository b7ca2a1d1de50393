#include "images.h"

namespace layer_rotation {

Images::Images(const at::Tensor& pixels, const at::Tensor& labels, double mean, double deviation, at::Device device)
    : pixels_(pixels.to(device)), labels_(labels.to(device, at::kLong)), mean_(mean), deviation_(deviation) {}

Images::Batch Images::gather(const at::Tensor& indices) const {
  return {normalize(pixels_.index_select(0, indices)), labels_.index_select(0, indices)};
}

Images::Batch Images::range(int64_t begin, int64_t end) const {
  return {normalize(pixels_.slice(0, begin, end)), labels_.slice(0, begin, end)};
}

at::Tensor Images::normalize(const at::Tensor& pixels) const {
  return pixels.to(at::kFloat).sub_(mean_).div_(deviation_);
}

}  // namespace layer_rotation
