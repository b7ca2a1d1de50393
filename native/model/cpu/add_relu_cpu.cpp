#include "add_relu_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <torch/autograd.h>

#include "../../device/clones.h"
#include "../memory_order.h"
#include "bf16.h"
#include "channels_last.h"

namespace layer_rotation {
namespace {

template <class Number>
LAYER_ROTATION_INLINE void added(const Number* __restrict a, const Number* __restrict b, int64_t size,
                                 Number* __restrict y) {
  for (int64_t i = 0; i < size; ++i) {
    const float sum = to_float(a[i]) + to_float(b[i]);
    store(sum < 0 ? 0 : sum, y + i);
  }
}

template <class Number>
LAYER_ROTATION_INLINE void masked(const Number* __restrict gradient, const Number* __restrict y, int64_t size,
                                  Number* __restrict to) {
  for (int64_t i = 0; i < size; ++i) to[i] = to_float(y[i]) <= 0 ? Number{0} : gradient[i];
}

LAYER_ROTATION_CLONES void add_relu(const float* a, const float* b, int64_t size, float* y) { added(a, b, size, y); }
LAYER_ROTATION_CLONES void add_relu(const uint16_t* a, const uint16_t* b, int64_t size, uint16_t* y) {
  added(a, b, size, y);
}
LAYER_ROTATION_CLONES void mask(const float* gradient, const float* y, int64_t size, float* to) {
  masked(gradient, y, size, to);
}
LAYER_ROTATION_CLONES void mask(const uint16_t* gradient, const uint16_t* y, int64_t size, uint16_t* to) {
  masked(gradient, y, size, to);
}

class AddReluCpu : public torch::autograd::Function<AddReluCpu> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given_a,
                            const at::Tensor& given_b) {
    const at::Tensor a = without_gaps(given_a), b = laid_out_as(a, given_b);
    at::Tensor output = at::empty_like(a);
    with_number(a, [&](auto number) {
      using Number = decltype(number);
      at::parallel_for(0, a.numel(), kGrain, [&](int64_t begin, int64_t end) {
        add_relu(numbers<Number>(a) + begin, numbers<Number>(b) + begin, end - begin,
                 mutable_numbers<Number>(output) + begin);
      });
    });
    context->save_for_backward({output});
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor output = context->get_saved_variables()[0], gradient = laid_out_as(output, gradients[0]);
    at::Tensor to = at::empty_like(output);
    with_number(output, [&](auto number) {
      using Number = decltype(number);
      at::parallel_for(0, output.numel(), kGrain, [&](int64_t begin, int64_t end) {
        mask(numbers<Number>(gradient) + begin, numbers<Number>(output) + begin, end - begin,
             mutable_numbers<Number>(to) + begin);
      });
    });
    return {to, to};  // safe to share: autograd adds in place only to a tensor that nobody else holds
  }
};

}  // namespace

at::Tensor add_relu_cpu(const at::Tensor& a, const at::Tensor& b) { return AddReluCpu::apply(a, b); }

}  // namespace layer_rotation
