#include "global_average_pool.h"

#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include "global_average_pool_kernel.h"

namespace layer_rotation {
namespace {

/// Calls `body` with a value of the type of the tensor's numbers.
template <class Body>
void with_value(const at::Tensor& tensor, const Body& body) {
  if (tensor.scalar_type() == at::kBFloat16) {
    body(at::BFloat16());
  } else {
    body(float());
  }
}

class GlobalAveragePoolBlock : public torch::autograd::Function<GlobalAveragePoolBlock> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given) {
    const at::Tensor input = given.contiguous(at::MemoryFormat::ChannelsLast);
    const int64_t batch = input.size(0), channels = input.size(1), pixels = input.size(2) * input.size(3);
    const int64_t count = batch * channels;
    const at::Tensor means = at::empty({batch, channels}, input.options(), at::MemoryFormat::Contiguous);
    with_value(input, [&]<class Value>(Value) {
      kernel::run(
          MeansOfPixels<Value>{input.const_data_ptr<Value>(), means.mutable_data_ptr<Value>(), count, pixels, channels},
          (count + kernel::kThreads - 1) / kernel::kThreads, input.device());
    });
    context->saved_data["height"] = input.size(2);
    context->saved_data["width"] = input.size(3);
    return means;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor of_means = gradients[0].contiguous();
    const int64_t height = context->saved_data["height"].toInt(), width = context->saved_data["width"].toInt();
    const int64_t batch = of_means.size(0), channels = of_means.size(1);
    const at::Tensor of_pixels =
        at::empty({batch, channels, height, width}, of_means.options(), at::MemoryFormat::ChannelsLast);
    with_value(of_means, [&]<class Value>(Value) {
      kernel::run(GradientsOfPixels<Value>{of_means.const_data_ptr<Value>(), of_pixels.mutable_data_ptr<Value>(),
                                           height * width, channels},
                  batch, of_means.device());
    });
    return {of_pixels};
  }
};

}  // namespace

at::Tensor global_average_pool_block(const at::Tensor& input) { return GlobalAveragePoolBlock::apply(input); }

}  // namespace layer_rotation
