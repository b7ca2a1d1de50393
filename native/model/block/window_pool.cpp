#include "window_pool.h"

#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include <limits>

#include "../cpu/channels_last.h"
#include "matrix.h"
#include "window_pool_kernel.h"

namespace layer_rotation {
namespace {

/// The positions in a window are bytes.
constexpr int64_t kLargestArea = 256;

struct KeptWindows : torch::CustomClassHolder {
  KeptWindows(const PoolWindows& windows, bool is_max) : windows(windows), is_max(is_max) {}
  PoolWindows windows;
  bool is_max;
};

PoolWindows windows_over(const at::Tensor& images, const Window& window) {
  const auto i32 = [](int64_t n) { return static_cast<int32_t>(n); };
  return {static_cast<uint32_t>(images.size(1)),
          i32(images.size(2)),
          i32(images.size(3)),
          i32(window.outputs[0]),
          i32(window.outputs[1]),
          i32(window.size[0]),
          i32(window.size[1]),
          i32(window.stride[0]),
          i32(window.stride[1]),
          i32(window.padding[0]),
          i32(window.padding[1])};
}

template <int N>
int64_t pooled_items(const at::Tensor& written) {
  return (written.numel() / N + kernel::kThreads - 1) / kernel::kThreads;
}

uint32_t size_of(const at::Tensor& tensor) { return static_cast<uint32_t>(tensor.numel()); }

class WindowPoolBlock : public torch::autograd::Function<WindowPoolBlock> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& images,
                            const PoolWindows& windows, bool is_max) {
    const std::vector<int64_t> shape{images.size(0), images.size(1), windows.out_rows, windows.out_columns};
    const at::Tensor output = at::empty(shape, images.options(), at::MemoryFormat::ChannelsLast);
    at::Tensor positions;
    if (is_max) positions = at::empty(shape, images.options().dtype(at::kByte), at::MemoryFormat::ChannelsLast);
    with_packs({images, output, positions}, images.size(1), [&]<class Value, int N>() {
      const auto* from = activations<Value>(images);
      auto* to = mutable_activations<Value>(output);
      const int64_t items = pooled_items<N>(output);
      if (is_max) {
        const LargestOfWindows<Value, N> pool{windows, size_of(output), from, to,
                                              positions.mutable_data_ptr<uint8_t>()};
        kernel::run(pool, items, images.device());
      } else {
        kernel::run(MeansOfWindows<Value, N>{windows, size_of(output), from, to}, items, images.device());
      }
    });
    context->save_for_backward({positions});
    context->saved_data["windows"] = c10::IValue::make_capsule(c10::make_intrusive<KeptWindows>(windows, is_max));
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor gradient = as_matrix(gradients[0]), positions = context->get_saved_variables()[0];
    const auto kept = c10::static_intrusive_pointer_cast<KeptWindows>(context->saved_data["windows"].toCapsule());
    const PoolWindows& windows = kept->windows;
    const at::Tensor of_pixels = at::empty({gradient.size(0), gradient.size(1), windows.rows, windows.columns},
                                           gradient.options(), at::MemoryFormat::ChannelsLast);
    with_packs({gradient, of_pixels, positions}, gradient.size(1), [&]<class Value, int N>() {
      const auto* from = activations<Value>(gradient);
      auto* to = mutable_activations<Value>(of_pixels);
      const int64_t items = pooled_items<N>(of_pixels);
      if (kept->is_max) {
        const GradientsOfLargest<Value, N> spread{windows, size_of(of_pixels), from,
                                                  positions.const_data_ptr<uint8_t>(), to};
        kernel::run(spread, items, gradient.device());
      } else {
        kernel::run(GradientsOfWindows<Value, N>{windows, size_of(of_pixels), from, to}, items, gradient.device());
      }
    });
    return {of_pixels, {}, {}};
  }
};

}  // namespace

bool has_window_pool_block(const at::Tensor& images, const Window& window) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  const int64_t outputs = images.size(0) * images.size(1) * window.outputs[0] * window.outputs[1];
  return window.size[0] * window.size[1] <= kLargestArea && images.numel() <= kMost && outputs <= kMost &&
         images.is_contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor max_pool_block(const at::Tensor& images, const Window& window) {
  return WindowPoolBlock::apply(images, windows_over(images, window), /*is_max=*/true);
}

at::Tensor average_pool_block(const at::Tensor& images, const Window& window) {
  return WindowPoolBlock::apply(images, windows_over(images, window), /*is_max=*/false);
}

}  // namespace layer_rotation
