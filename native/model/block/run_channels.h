#pragma once

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>

#include "channel_kernels.h"
#include "matrix.h"

namespace layer_rotation {

/// Rows of which a block takes all, so that one kernel does the work of two. More of them would leave a device idle for
/// longer than the launch of another kernel takes.
constexpr int64_t kRowsOfOneBlock = 8192;
/// The most chunks of rows. Each block adds up the sums of all of them.
constexpr int64_t kChunks = 128;
/// The least rows of a thread, where there are several chunks.
constexpr int64_t kRowsOfThread = 4;
/// Packs of channels that a tile is wide: 64 bytes where packs have 16.
constexpr int kPacksOfTile = 4;

template <class Work>
constexpr bool kIsNarrow = Work::N == 1;

/// Tiles wide enough that a block uses all that it loads.
template <class Work>
ChannelTiles<Work::N> tiles_of(const Matrix& matrix) {
  constexpr int kWidth = kIsNarrow<Work> ? kTileChannels : kPacksOfTile * Work::N;
  static_assert(kWidth <= kTileChannels);
  constexpr int64_t kLeast = kRowsOfThread * kernel::kThreads * Work::N / kWidth;
  return {matrix.rows, matrix.channels, std::max(kLeast, (matrix.rows + kChunks - 1) / kChunks), kWidth};
}

/// Tiles of all rows, and narrow enough for many blocks.
template <class Work>
ChannelTiles<Work::N> whole_channels_of(const Matrix& matrix) {
  constexpr int kWidth = kIsNarrow<Work> ? 4 : Work::N;
  return {matrix.rows, matrix.channels, matrix.rows, kWidth};
}

/// Sums the rows of each channel and changes their values, if `Work` does so: with at most two kernels, one for up to
/// kRowsOfOneBlock rows.
template <class Work>
void run_channels(const Work& work, const Matrix& matrix, at::Device device) {
  if (matrix.rows <= kRowsOfOneBlock) {
    const auto tiles = whole_channels_of<Work>(matrix);
    return kernel::run(SumAndChangeChannels<Work>{tiles, work}, tiles.count(), device);
  }
  const auto tiles = tiles_of<Work>(matrix);
  const at::Tensor partial =
      at::empty({tiles.chunks(), Work::kSums, matrix.channels}, at::dtype(at::kFloat).device(device));
  kernel::run(SumChannels<Work>{tiles, work, partial.mutable_data_ptr<float>()}, tiles.count(), device);
  // The tiles of the first chunk, which come first, add up all chunks.
  const int64_t changed = kAppliesSums<Work> ? tiles.count() : tiles.across();
  kernel::run(ChangeChannels<Work>{tiles, work, partial.const_data_ptr<float>()}, changed, device);
}

}  // namespace layer_rotation
