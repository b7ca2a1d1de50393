#include "pad_block.h"

#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include "matrix.h"
#include "pad_kernel.h"

namespace layer_rotation {
namespace {

class PadBlock : public torch::autograd::Function<PadBlock> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& images, int64_t extra_rows,
                            int64_t extra_columns) {
    const int64_t batch = images.size(0), channels = images.size(1), rows = images.size(2), columns = images.size(3);
    const at::Tensor padded = at::empty({batch, channels, rows + extra_rows, columns + extra_columns}, images.options(),
                                        at::MemoryFormat::ChannelsLast);
    with_packs({images, padded}, channels, [&]<class Value, int N>() {
      kernel::run(PadImages<Value, N>{activations<Value>(images), mutable_activations<Value>(padded), rows, columns,
                                      rows + extra_rows, columns + extra_columns, channels, padded.numel()},
                  items_of<N>(padded.numel()), images.device());
    });
    context->saved_data["rows"] = rows;
    context->saved_data["columns"] = columns;
    return padded;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor inside = gradients[0]
                                  .narrow(2, 0, context->saved_data["rows"].toInt())
                                  .narrow(3, 0, context->saved_data["columns"].toInt());
    return {inside.contiguous(at::MemoryFormat::ChannelsLast), {}, {}};
  }
};

}  // namespace

at::Tensor pad_block(const at::Tensor& images, const std::array<int64_t, 2>& extra) {
  return PadBlock::apply(images, extra[0], extra[1]);
}

}  // namespace layer_rotation
