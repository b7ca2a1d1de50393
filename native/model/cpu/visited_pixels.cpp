#include "visited_pixels.h"

#include <algorithm>

namespace layer_rotation {

bool needs_visited_pixels(const at::Tensor& input, const at::Tensor& weight, at::IntArrayRef stride,
                          at::IntArrayRef padding) {
  constexpr int64_t kChannelsOfOneDnn = 16;
  if (!input.is_cpu() || weight.dim() < 3 || input.dim() != weight.dim()) return false;
  const auto all = [](at::IntArrayRef numbers, int64_t wanted) {
    return std::all_of(numbers.begin(), numbers.end(), [&](int64_t number) { return number == wanted; });
  };
  const bool one_pixel = all(weight.sizes().slice(2), 1) && all(padding, 0);
  return one_pixel && !all(stride, 1) && weight.size(1) < kChannelsOfOneDnn;
}

at::Tensor visited_pixels(const at::Tensor& input, at::IntArrayRef stride) {
  at::Tensor visited = input;
  for (size_t d = 0; d < stride.size(); ++d) {
    const int64_t dimension = static_cast<int64_t>(d) + 2;
    visited = visited.slice(dimension, 0, input.size(dimension), stride[d]);
  }
  return visited.contiguous(input.suggest_memory_format());
}

}  // namespace layer_rotation
