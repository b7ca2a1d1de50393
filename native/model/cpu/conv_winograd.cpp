#include "conv_winograd.h"

#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <vector>

#include "../../device/cpu_features.h"
#include "even_parts.h"
#include "matrix_product.h"
#include "scratch.h"
#include "winograd/tiles.h"
#include "winograd/transforms.h"

namespace layer_rotation {
namespace {

using namespace winograd;

/// The numbers of transformed patches and products that a thread works on at a time, so that they stay in its cache.
constexpr int64_t kScratch = 1 << 18;

/// The vectors of AVX-512 have 16 numbers; other numbers of channels fill them badly.
constexpr int64_t kLanes = 16;

/// Returns whether all channels and filters are at least `fewest`: with fewer, the transforms take more time than the
/// multiplications that they save. The bounds are measured (Xeon with AMX, two threads).
bool are_many(const ConvGeometry& conv, int64_t fewest) {
  const auto suits = [&](int64_t count) { return count >= fewest && count % kLanes == 0; };
  return suits(conv.channels) && suits(conv.filters);
}

/// The number of tiles that a thread transforms at a time: enough rows for products at full speed.
int64_t tiles_at_once(int64_t channels, int64_t filters) {
  constexpr int64_t kFewest = 64, kMost = 256;
  return std::clamp(kScratch / (kPositions * (channels + filters)), kFewest, kMost);
}

/// Writes the transformed windows of all filters: position p's matrix [filters][channels] is at to +
/// p·filters·channels.
template <class Number>
void transform_windows(const ConvGeometry& conv, const Number* weight, float* to) {
  for_even_parts(conv.filters, kLanes, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) {
      transform_window(weight + k * conv.patch(), conv.channels, to + k * conv.channels, conv.filters * conv.channels);
    }
  });
}

/// Writes the same matrices transposed, [channels][filters].
template <class Number>
void transform_windows_transposed(const ConvGeometry& conv, const Number* weight, float* to) {
  const int64_t channels = conv.channels, filters = conv.filters;
  for_even_parts(filters / kLanes, 1, [&](int64_t first, int64_t last) {
    const auto rows = scratch<float>(kPositions * kLanes * channels);
    for (int64_t begin = first * kLanes; begin < last * kLanes; begin += kLanes) {
      for (int64_t k = 0; k < kLanes; ++k) {
        transform_window(weight + (begin + k) * conv.patch(), channels, rows.get() + k * channels, kLanes * channels);
      }
      for (int64_t position = 0; position < kPositions; ++position) {
        const float* from = rows.get() + position * kLanes * channels;
        float* matrix = to + position * channels * filters + begin;
        for (int64_t c = 0; c < channels; ++c) {
          for (int64_t k = 0; k < kLanes; ++k) matrix[c * filters + k] = from[k * channels + c];
        }
      }
    }
  });
}

/// A convolution of stride 1: what the output of a layer and the gradient of its input have in common.
template <class Number>
struct Pass {
  Activations<const Number> from;
  Activations<Number> to;
  int64_t images;
  Size2 padding;
  const float* bias;  ///< null: none
};

/// Position p's matrix [channels of from][channels of to] is matrices[p].
template <class Number>
void convolve(const Pass<Number>& pass, const std::array<const float*, kPositions>& matrices) {
  const auto& [from, to, images, padding, bias] = pass;
  const int64_t channels = from.channels, filters = to.channels;
  const Tiles tiles(images, to.size);
  const std::vector<Number> zeros(channels);
  for_even_parts(tiles.count(), tiles_at_once(channels, filters), [&](int64_t first, int64_t last) {
    const int64_t count = last - first;
    const auto patches = scratch<float>(kPositions * count * channels);
    const auto products = scratch<float>(kPositions * count * filters);
    const auto beyond = scratch<Number>(filters);
    tiles.for_each(first, last, [&](const Tile& tile, int64_t i) {
      const Number* pixels[kPositions];
      from.template square<kPatch>(tile.image, tile.row * kTile - padding[0], tile.column * kTile - padding[1],
                                   zeros.data(), pixels);
      transform_patch(pixels, channels, patches.get() + i * channels, count * channels);
    });
    for (int64_t position = 0; position < kPositions; ++position) {
      at::native::cpublas::brgemm(count, filters, channels, channels, filters, filters, /*add_C=*/false,
                                  patches.get() + position * count * channels, matrices[position],
                                  products.get() + position * count * filters, /*is_vnni=*/false);
    }
    tiles.for_each(first, last, [&](const Tile& tile, int64_t i) {
      Number* pixels[kOutputs];
      to.template square<kTile>(tile.image, tile.row * kTile, tile.column * kTile, beyond.get(), pixels);
      transform_products(products.get() + i * filters, count * filters, bias, filters, pixels);
    });
  });
}

}  // namespace

bool suits_winograd(const ConvGeometry& conv) {
  constexpr Size2 kWindow{3, 3}, kOne{1, 1};
  const bool is_padded_within_window = conv.padding[0] <= 2 && conv.padding[1] <= 2;
  return has_avx512() && conv.kernel == kWindow && conv.stride == kOne && is_padded_within_window && are_many(conv, 64);
}

bool suits_winograd_weight_gradient(const ConvGeometry& conv) {
  return suits_winograd(conv) && are_many(conv, 128) && has_fast_fp32_products();
}

template <class Number>
void winograd_output(const ConvGeometry& conv, const Number* x, const Number* weight, const float* bias, Number* y) {
  const int64_t size = conv.channels * conv.filters;
  const auto windows = scratch<float>(kPositions * size);
  transform_windows_transposed(conv, weight, windows.get());
  std::array<const float*, kPositions> matrices;
  for (int64_t i = 0; i < kPositions; ++i) matrices[i] = windows.get() + i * size;
  convolve<Number>({{x, conv.input, conv.channels}, {y, conv.output, conv.filters}, conv.batch, conv.padding, bias},
                   matrices);
}

template <class Number>
void winograd_input_gradient(const ConvGeometry& conv, const Number* gradient, const Number* weight, Number* to) {
  // A convolution of the gradient with the windows turned by 180°, padded so that it has the input's size. Turning a
  // window exchanges the first and the last row and column of its transform.
  constexpr std::array<int64_t, kPatch> kTurned{3, 1, 2, 0};
  const int64_t size = conv.channels * conv.filters;
  const auto windows = scratch<float>(kPositions * size);
  transform_windows(conv, weight, windows.get());
  std::array<const float*, kPositions> matrices;
  for (int64_t i = 0; i < kPositions; ++i) {
    matrices[i] = windows.get() + (kTurned[i / kPatch] * kPatch + kTurned[i % kPatch]) * size;
  }
  const Size2 padding{2 - conv.padding[0], 2 - conv.padding[1]};
  convolve<Number>(
      {{gradient, conv.output, conv.filters}, {to, conv.input, conv.channels}, conv.batch, padding, nullptr}, matrices);
}

template <class Number>
void winograd_weight_gradient(const ConvGeometry& conv, const Number* gradient, const Number* x, float* to) {
  const int64_t channels = conv.channels, filters = conv.filters, size = channels * filters;
  const Activations<const Number> from{x, conv.input, channels}, of{gradient, conv.output, filters};
  const Tiles tiles(conv.batch, conv.output);
  const std::vector<Number> zeros(std::max(channels, filters));
  const int64_t most = std::max<int64_t>(256, kScratch / (kPositions * (channels + filters)));
  const int64_t chunks = (tiles.count() + most - 1) / most, largest = (tiles.count() + chunks - 1) / chunks;
  const auto patches = scratch<float>(kPositions * largest * channels);
  const auto gradients = scratch<float>(kPositions * largest * filters);
  const auto windows = scratch<float>(kPositions * size);  // the gradients of the transformed ones
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const int64_t begin = tiles.count() * chunk / chunks, count = tiles.count() * (chunk + 1) / chunks - begin;
    for_even_parts(count, count, [&](int64_t first, int64_t last) {
      tiles.for_each(begin + first, begin + last, [&](const Tile& tile, int64_t i) {
        const int64_t row = tile.row * kTile, column = tile.column * kTile;
        const Number* pixels[kPositions];
        from.template square<kPatch>(tile.image, row - conv.padding[0], column - conv.padding[1], zeros.data(), pixels);
        transform_patch(pixels, channels, patches.get() + (first + i) * channels, count * channels);
        of.template square<kTile>(tile.image, row, column, zeros.data(), pixels);
        transform_gradient(pixels, filters, gradients.get() + (first + i) * filters, count * filters);
      });
    });
    for_even_parts(kPositions, 1, [&](int64_t first, int64_t last) {
      for (int64_t position = first; position < last; ++position) {
        multiply(Factor<float>{gradients.get() + position * count * filters, filters, /*transposed=*/true},
                 {patches.get() + position * count * channels, channels}, filters, channels, count, chunk == 0 ? 0 : 1,
                 windows.get() + position * size, channels);
      }
    });
  }
  for_even_parts(filters, kLanes, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) {
      window_gradient(windows.get() + k * channels, size, channels, to + k * conv.patch());
    }
  });
}

template void winograd_output(const ConvGeometry&, const float*, const float*, const float*, float*);
template void winograd_output(const ConvGeometry&, const uint16_t*, const uint16_t*, const float*, uint16_t*);
template void winograd_input_gradient(const ConvGeometry&, const float*, const float*, float*);
template void winograd_input_gradient(const ConvGeometry&, const uint16_t*, const uint16_t*, uint16_t*);
template void winograd_weight_gradient(const ConvGeometry&, const float*, const float*, float*);
template void winograd_weight_gradient(const ConvGeometry&, const uint16_t*, const uint16_t*, float*);

}  // namespace layer_rotation
