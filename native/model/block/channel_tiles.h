#pragma once

#include <algorithm>
#include <cstdint>

#include "../../device/block_kernel.h"

namespace layer_rotation {

/// The most channels of a tile.
constexpr int kTileChannels = 32;
/// A block's part of a matrix [rows][channels] of activations: some rows of some channels. A thread takes N
/// neighbouring channels of every few rows, and neighbours in a block take neighbouring channels.
template <int N>
struct ChannelTile {
  int64_t stride;  ///< the channels of the matrix
  int64_t first_channel;
  int groups;  ///< of N channels
  int64_t chunk;
  int64_t begin, end;  ///< rows

  LAYER_ROTATION_HOST_DEVICE int channels() const { return groups * N; }
  /// The threads that share N channels.
  LAYER_ROTATION_HOST_DEVICE int sharers() const { return kernel::kThreads / groups; }
  LAYER_ROTATION_HOST_DEVICE bool employs(int thread) const { return thread < groups * sharers(); }
  /// The first of a thread's channels, counted from first_channel.
  LAYER_ROTATION_HOST_DEVICE int channel_of(int thread) const { return thread % groups * N; }

  /// Goes through a thread's rows in [from, to): `load(offset)` returns what it needs from N numbers at `offset` of all
  /// arrays, `use(offset, loaded)` computes with it. The loads of kInFlight rows are issued before the first use,
  /// because a store between them would hold them back.
  template <int kInFlight, class Load, class Use>
  LAYER_ROTATION_HOST_DEVICE void for_rows(int64_t from, int64_t to, int thread, Load load, Use use) const {
    using Loaded = decltype(load(int64_t{}));
    const int step = sharers();
    const int64_t column = first_channel + channel_of(thread);
    for (int64_t row = from + thread / groups; row < to; row += int64_t{kInFlight} * step) {
      Loaded loaded[kInFlight] = {};
      LAYER_ROTATION_UNROLL
      for (int i = 0; i < kInFlight; ++i) {
        const int64_t at = row + int64_t{i} * step;
        if (at < to) loaded[i] = load(at * stride + column);
      }
      LAYER_ROTATION_UNROLL
      for (int i = 0; i < kInFlight; ++i) {
        const int64_t at = row + int64_t{i} * step;
        if (at < to) use(at * stride + column, loaded[i]);
      }
    }
  }
};

/// The tiles of a matrix, numbered so that neighbours have the same rows.
template <int N>
struct ChannelTiles {
  int64_t rows;
  int64_t channels;  ///< a multiple of N
  int64_t height;    ///< rows of a tile
  int width;         ///< channels of a tile, at most; a multiple of N

  LAYER_ROTATION_HOST_DEVICE int64_t across() const { return (channels + width - 1) / width; }
  LAYER_ROTATION_HOST_DEVICE int64_t chunks() const { return (rows + height - 1) / height; }
  LAYER_ROTATION_HOST_DEVICE int64_t count() const { return across() * chunks(); }

  LAYER_ROTATION_HOST_DEVICE ChannelTile<N> operator[](int64_t item) const {
    const int64_t chunk = item / across(), first = item % across() * width;
    const auto groups = static_cast<int>(std::min<int64_t>(width, channels - first) / N);
    return {channels, first, groups, chunk, chunk * height, std::min(rows, (chunk + 1) * height)};
  }
};

}  // namespace layer_rotation
