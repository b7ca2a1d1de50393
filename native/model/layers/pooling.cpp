#include "pooling.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>

#include <algorithm>
#include <limits>

#include "../../arguments/argument.h"
#include "../block/global_average_pool.h"
#include "../block/window_pool.h"
#include "../builder.h"
#include "../cpu/average_pool_cpu.h"
#include "../cpu/channels_last.h"
#include "../cpu/max_pool_cpu.h"

namespace layer_rotation {
namespace {

const WindowSpec& checked(const WindowSpec& spec, const LayerInput& input) {
  input.expect_image("a pool");
  for (size_t d = 0; d < 2; ++d) {
    // With more padding, a window could lie in the padding alone.
    if (!spec.same && 2 * spec.padding[d] > spec.size[d]) {
      input.refuse("a pool of " + show({spec.size[0], spec.size[1]}) +
                   " takes a padding of at most half of that and has " + show({spec.padding[0], spec.padding[1]}));
    }
  }
  return spec;
}

/// Returns whether windows of 2 × 2 lie side by side, which quarters the image.
bool is_quarters(const Window& window) {
  constexpr Size2 kTwo{2, 2}, kNone{0, 0};
  return window.size == kTwo && window.stride == kTwo && window.padding == kNone && !window.is_uneven();
}

/// Returns how many rows (d = 0) or columns (d = 1) of the window of output `i` lie on an image that has `in` of them.
int64_t part_in_image(const Window& window, size_t d, int64_t i, int64_t in) {
  const int64_t begin = i * window.stride[d] - window.padding[d];
  return std::min(begin + window.size[d], in) - std::max(begin, int64_t{0});
}

at::Tensor uneven_correction(const Window& window, const Shape& image) {
  const at::Tensor correction = at::empty({window.outputs[0], window.outputs[1]});
  float* value = correction.data_ptr<float>();
  const auto area = static_cast<double>(window.size[0] * window.size[1]);
  for (int64_t row = 0; row < window.outputs[0]; ++row) {
    for (int64_t column = 0; column < window.outputs[1]; ++column) {
      const int64_t part = part_in_image(window, 0, row, image[1]) * part_in_image(window, 1, column, image[2]);
      *value++ = static_cast<float>(area / static_cast<double>(part));
    }
  }
  return correction;
}

}  // namespace

LayerMaker read_max_pool(const Argument& layer, LayerReader&) {
  const WindowSpec spec = read_window(layer, "size");
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    const auto pool = std::make_shared<MaxPool>(spec, input, builder.compute().backend);
    return {pool, pool->output_shape()};
  };
}

MaxPool::MaxPool(const WindowSpec& spec, const LayerInput& input, Backend backend)
    : window_(checked(spec, input), input),
      channels_(input.shape[0]),
      backend_(backend),
      quarters_(is_quarters(window_)) {}

at::Tensor MaxPool::forward(const at::Tensor& input) {
  if (backend_ == Backend::kBlock && has_window_pool_block(input, window_)) return max_pool_block(input, window_);
  if (quarters_ && is_matrix_on_cpu(input)) return max_pool_2x2_cpu(input);
  const at::Tensor padded = window_.pad_extra(input, -std::numeric_limits<double>::infinity());
  return at::max_pool2d(padded, window_.size, window_.stride, window_.padding);
}

LayerMaker read_average_pool(const Argument& layer, LayerReader&) {
  const WindowSpec spec = read_window(layer, "size");
  return [spec](const LayerInput& input, Builder& builder) -> MadeLayer {
    const auto pool = std::make_shared<AveragePool>(spec, input, builder.compute(), builder.device());
    return {pool, pool->output_shape()};
  };
}

AveragePool::AveragePool(const WindowSpec& spec, const LayerInput& input, const ComputeSpec& compute, at::Device device)
    : window_(checked(spec, input), input), channels_(input.shape[0]), backend_(compute.backend) {
  if (window_.is_uneven()) correction_ = uneven_correction(window_, input.shape).to(device, compute.precision);
}

at::Tensor AveragePool::forward(const at::Tensor& input) {
  if (backend_ == Backend::kBlock && has_window_pool_block(input, window_)) return average_pool_block(input, window_);
  // LibTorch has no uneven padding: here the mean counts all of it, and correction_ undoes that.
  const at::Tensor mean = at::avg_pool2d(window_.pad_extra(input, 0), window_.size, window_.stride, window_.padding,
                                         /*ceil_mode=*/false, /*count_include_pad=*/window_.is_uneven());
  return window_.is_uneven() ? mean * correction_ : mean;
}

LayerMaker read_global_average_pool(const Argument&, LayerReader&) {
  return [](const LayerInput& input, Builder& builder) -> MadeLayer {
    input.expect_image("a global pool");
    return {std::make_shared<GlobalAveragePool>(builder.compute().backend), {input.shape[0]}};
  };
}

at::Tensor GlobalAveragePool::forward(const at::Tensor& input) {
  if (backend_ == Backend::kBlock && input.is_contiguous(at::MemoryFormat::ChannelsLast)) {
    return global_average_pool_block(input);
  }
  return is_matrix_on_cpu(input) ? global_average_pool_cpu(input) : input.mean({2, 3});
}

}  // namespace layer_rotation
