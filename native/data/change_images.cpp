#include "change_images.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

namespace layer_rotation {
namespace {

/// Tells of each place of a dimension whether it lies in the image's range begin … end-1: bool [batch, size].
template <class Begin, class End>
at::Tensor are_within(const std::vector<Box>& boxes, Begin begin, End end, int64_t size, at::Device device) {
  std::vector<int64_t> begins, ends;
  for (const Box& box : boxes) {
    begins.push_back(box.*begin);
    ends.push_back(box.*end);
  }
  const auto column = [&](const std::vector<int64_t>& values) {
    return at::tensor(at::IntArrayRef(values), at::dtype(at::kLong)).to(device).unsqueeze(1);
  };
  const at::Tensor places = at::arange(size, at::dtype(at::kLong).device(device));
  return places.ge(column(begins)).logical_and_(places.lt(column(ends)));
}

}  // namespace

void erase(at::Tensor& images, const std::vector<Box>& boxes) {
  const at::Tensor rows = are_within(boxes, &Box::top, &Box::bottom, images.size(2), images.device());
  const at::Tensor columns = are_within(boxes, &Box::left, &Box::right, images.size(3), images.device());
  images.masked_fill_(rows.unsqueeze(1).unsqueeze(3).logical_and(columns.unsqueeze(1).unsqueeze(2)), 0);
}

at::Tensor mixed(at::Tensor& images, const at::Tensor& partners, const Mix& mix) {
  const auto& [top, bottom, left, right] = mix.box;
  if (!mix.box.is_empty()) {
    const auto part = [&](const at::Tensor& of) { return of.slice(2, top, bottom).slice(3, left, right); };
    part(images).copy_(part(partners));
    return images;
  }
  const at::ScalarType precision = images.scalar_type();
  return images.to(at::kFloat).mul_(mix.share).add_(partners.to(at::kFloat), 1 - mix.share).to(precision);
}

}  // namespace layer_rotation
