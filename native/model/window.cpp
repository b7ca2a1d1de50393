#include "window.h"

#include <ATen/ops/constant_pad_nd.h>

#include <algorithm>
#include <vector>

#include "../arguments/argument.h"

namespace layer_rotation {
namespace {

/// The largest window, stride and padding: far larger than any image, and small enough for sums not to overflow.
constexpr int64_t kLargestWindow = 1 << 16;

Size2 read_size2(const Argument& pair, int64_t low) {
  const std::vector<Argument> sizes = pair.elements();
  if (sizes.size() != 2) pair.fail("two sizes, rows and columns");
  return {sizes[0].integer(low, kLargestWindow), sizes[1].integer(low, kLargestWindow)};
}

}  // namespace

WindowSpec read_window(const Argument& layer, const char* size) {
  WindowSpec window{read_size2(layer[size], 1), read_size2(layer["stride"], 1), /*same=*/false, {0, 0}};
  const Argument padding = layer["padding"];
  if (!padding.is_string()) {
    window.padding = read_size2(padding, 0);
  } else if (padding.string() == "same") {
    window.same = true;
  } else if (padding.string() != "valid") {
    padding.fail("valid, same or two sizes");
  }
  return window;
}

Window::Window(const WindowSpec& spec, const LayerInput& input)
    : size(spec.size), stride(spec.stride), padding(spec.padding), extra{0, 0}, outputs{} {
  for (size_t d = 0; d < 2; ++d) {
    const int64_t in = input.shape[d + 1];
    if (spec.same) {
      outputs[d] = (in - 1) / stride[d] + 1;
      const int64_t total = std::max((outputs[d] - 1) * stride[d] + size[d] - in, int64_t{0});
      padding[d] = total / 2;
      extra[d] = total % 2;
    } else {
      const int64_t padded = in + 2 * padding[d];
      if (padded < size[d]) {
        input.refuse("a window of " + show({size[0], size[1]}) + " with a padding of " +
                     show({padding[0], padding[1]}) + " takes at least " + std::to_string(size[d] - 2 * padding[d]) +
                     (d == 0 ? " rows" : " columns"));
      }
      outputs[d] = (padded - size[d]) / stride[d] + 1;
    }
  }
}

at::Tensor Window::pad_extra(const at::Tensor& image, double value) const {
  return is_uneven() ? at::constant_pad_nd(image, {0, extra[1], 0, extra[0]}, value) : image;
}

}  // namespace layer_rotation
