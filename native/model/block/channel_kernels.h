#pragma once

#include <algorithm>
#include <cstdint>

#include "channel_tiles.h"
#include "packed_values.h"

/// Block kernels that sum over the rows of each channel and then change every value of it, as batch normalisation does
/// forward and backward. A plain struct says what they compute:
///
///     struct Work {
///       using Value = …; static constexpr int N = …;       // a thread takes N channels of type Value at once
///       static constexpr int kSums = …;                    // of each channel
///       static constexpr int kRowsInFlight = …;            // rows of a thread on their way from memory at once
///       struct Terms { … };                                // of N channels, what their summands need
///       Terms terms(int64_t channel) const;
///       Loaded load_summands(int64_t offset) const;
///       void add(int64_t offset, const Terms&, const Loaded&, Floats<N> (&sums)[kSums]) const;
///       struct Coefficients { … };                         // of one channel
///       Coefficients finish(int64_t channel, const double (&sums)[kSums], bool is_first) const;
///       Loaded load(int64_t offset) const;
///       void apply(int64_t offset, const Coefficients (&of)[N], const Loaded&) const;
///     };
///
/// Every block of a channel calls finish(); `is_first` is true in one of them, which may store results. A struct
/// without apply() sums alone.
namespace layer_rotation {

/// The rows of a thread whose summands are added in fp32 before they are added in double.
constexpr int kRowsInFloat = 32;

/// True if a work changes values by the sums, which takes another pass over them.
template <class Work>
constexpr bool kAppliesSums = requires {
  &Work::apply;
};

template <class Work>
LAYER_ROTATION_HOST_DEVICE void apply_to_rows(const Work& work, const ChannelTile<Work::N>& tile, int thread,
                                              const typename Work::Coefficients* of_channel) {
  constexpr int N = Work::N;
  if (!tile.employs(thread)) return;
  typename Work::Coefficients of[N];
  for (int i = 0; i < N; ++i) of[i] = of_channel[tile.channel_of(thread) + i];
  tile.template for_rows<Work::kRowsInFlight>(
      tile.begin, tile.end, thread, [&](int64_t offset) { return work.load(offset); },
      [&](int64_t offset, const auto& loaded) { work.apply(offset, of, loaded); });
}

/// Adds many values for each of the sums of a tile in two phases. In the first, the threads take a slice of the values
/// each; in the second, one thread for a sum adds the slices.
struct SlicedSums {
  double of_thread[kernel::kThreads];

  LAYER_ROTATION_HOST_DEVICE static int slices(int sums) { return kernel::kThreads / sums; }

  /// `value(sum, i)` returns value i of a sum; `sums` is at most kThreads.
  template <class Value>
  LAYER_ROTATION_HOST_DEVICE void add(int thread, int sums, int64_t values, Value value) {
    const int slice = thread / sums, sum = thread % sums;
    if (slice >= slices(sums)) return;
    double total = 0;
    // Several at once, because their loads would otherwise wait for each other.
    constexpr int kAtOnce = 8;
    const int step = slices(sums);
    for (int64_t i = slice; i < values; i += int64_t{kAtOnce} * step) {
      double some[kAtOnce] = {};
      LAYER_ROTATION_UNROLL
      for (int k = 0; k < kAtOnce; ++k) {
        const int64_t at = i + int64_t{k} * step;
        if (at < values) some[k] = value(sum, at);
      }
      LAYER_ROTATION_UNROLL
      for (int k = 0; k < kAtOnce; ++k) total += some[k];
    }
    of_thread[thread] = total;
  }

  LAYER_ROTATION_HOST_DEVICE double total(int sum, int sums) const {
    double total = 0;
    for (int slice = 0; slice < slices(sums); ++slice) total += of_thread[slice * sums + sum];
    return total;
  }
};

/// The sums of a block's threads on their way to those of a tile's channels. Sum c of a tile is the first sum of its
/// channel c, sum channels() + c the second.
template <int N, int kSums>
struct SumsOfThreads {
  // One more thread than there is, so that the sums of neighbouring channels lie in different banks.
  double values[kSums * N][kernel::kThreads + 1];

  /// Sums a thread's rows.
  template <class Work>
  LAYER_ROTATION_HOST_DEVICE void sum_rows(const Work& work, const ChannelTile<N>& tile, int thread) {
    if (!tile.employs(thread)) return;
    LAYER_ROTATION_UNROLL
    for (int i = 0; i < kSums * N; ++i) values[i][thread] = 0;
    const auto terms = work.terms(tile.first_channel + tile.channel_of(thread));
    const int64_t stretch = int64_t{kRowsInFloat} * tile.sharers();
    for (int64_t begin = tile.begin; begin < tile.end; begin += stretch) {
      Floats<N> sums[kSums] = {};
      tile.template for_rows<Work::kRowsInFlight>(
          begin, std::min(begin + stretch, tile.end), thread,
          [&](int64_t offset) { return work.load_summands(offset); },
          [&](int64_t offset, const auto& loaded) { work.add(offset, terms, loaded, sums); });
      LAYER_ROTATION_UNROLL
      for (int i = 0; i < kSums * N; ++i) values[i][thread] += sums[i / N][i % N];
    }
  }

  LAYER_ROTATION_HOST_DEVICE void add_to(SlicedSums& sliced, const ChannelTile<N>& tile, int thread) const {
    const int channels = tile.channels();
    sliced.add(thread, kSums * channels, tile.sharers(), [&](int sum, int64_t sharer) {
      const int channel = sum % channels, which = sum / channels;
      return values[which * N + channel % N][channel / N + sharer * tile.groups];
    });
  }
};

/// Finishes the sums of channel `thread` of a tile.
template <class Work, class Shared>
LAYER_ROTATION_HOST_DEVICE void finish_channel(const Work& work, const ChannelTile<Work::N>& tile, int thread,
                                               Shared& shared) {
  const int channels = tile.channels();
  if (thread >= channels) return;
  double sums[Work::kSums];
  for (int i = 0; i < Work::kSums; ++i) {
    sums[i] = shared.sliced.total(i * channels + thread, Work::kSums * channels);
  }
  shared.of_channel[thread] = work.finish(tile.first_channel + thread, sums, tile.chunk == 0);
}

/// Writes the sums of each tile to `partial`, [chunks][sums][channels].
template <class Work>
struct SumChannels {
  static constexpr int N = Work::N, kSums = Work::kSums;
  struct Shared {
    SumsOfThreads<N, kSums> threads;
    SlicedSums sliced;
  };
  static constexpr int kPhases = 3;

  ChannelTiles<N> tiles;
  Work work;
  float* partial;

  template <int kPhase>
  LAYER_ROTATION_HOST_DEVICE void run(int64_t item, int thread, Shared& shared) const {
    const ChannelTile<N> tile = tiles[item];
    const int channels = tile.channels();
    if constexpr (kPhase == 0) {
      shared.threads.sum_rows(work, tile, thread);
    } else if constexpr (kPhase == 1) {
      shared.threads.add_to(shared.sliced, tile, thread);
    } else if (thread < kSums * channels) {
      const int channel = thread % channels, which = thread / channels;
      partial[(kSums * tile.chunk + which) * tiles.channels + tile.first_channel + channel] =
          static_cast<float>(shared.sliced.total(thread, kSums * channels));
    }
  }
};

/// Adds the sums of the chunks, which SumChannels left in `partial`, and changes the values of each tile.
template <class Work>
struct ChangeChannels {
  static constexpr int N = Work::N, kSums = Work::kSums;
  struct Shared {
    SlicedSums sliced;
    typename Work::Coefficients of_channel[kTileChannels];
  };
  static constexpr int kPhases = kAppliesSums<Work> ? 3 : 2;

  ChannelTiles<N> tiles;
  Work work;
  const float* partial;

  template <int kPhase>
  LAYER_ROTATION_HOST_DEVICE void run(int64_t item, int thread, Shared& shared) const {
    const ChannelTile<N> tile = tiles[item];
    const int channels = tile.channels();
    if constexpr (kPhase == 0) {
      shared.sliced.add(thread, kSums * channels, tiles.chunks(), [&](int sum, int64_t chunk) {
        const int channel = sum % channels, which = sum / channels;
        return partial[(kSums * chunk + which) * tiles.channels + tile.first_channel + channel];
      });
    } else if constexpr (kPhase == 1) {
      finish_channel(work, tile, thread, shared);
    } else {
      apply_to_rows(work, tile, thread, shared.of_channel);
    }
  }
};

/// Sums and changes the values of all rows of a tile.
template <class Work>
struct SumAndChangeChannels {
  static constexpr int N = Work::N;
  struct Shared {
    SumsOfThreads<N, Work::kSums> threads;
    SlicedSums sliced;
    typename Work::Coefficients of_channel[kTileChannels];
  };
  static constexpr int kPhases = kAppliesSums<Work> ? 4 : 3;

  ChannelTiles<N> tiles;
  Work work;

  template <int kPhase>
  LAYER_ROTATION_HOST_DEVICE void run(int64_t item, int thread, Shared& shared) const {
    const ChannelTile<N> tile = tiles[item];
    if constexpr (kPhase == 0) {
      shared.threads.sum_rows(work, tile, thread);
    } else if constexpr (kPhase == 1) {
      shared.threads.add_to(shared.sliced, tile, thread);
    } else if constexpr (kPhase == 2) {
      finish_channel(work, tile, thread, shared);
    } else {
      apply_to_rows(work, tile, thread, shared.of_channel);
    }
  }
};

/// Changes the values of channels whose coefficients need no sums: `Coefficients known(int64_t channel) const`.
template <class Work>
struct ChangeKnownChannels {
  static constexpr int N = Work::N;
  struct Shared {
    typename Work::Coefficients of_channel[kTileChannels];
  };
  static constexpr int kPhases = 2;

  ChannelTiles<N> tiles;
  Work work;

  template <int kPhase>
  LAYER_ROTATION_HOST_DEVICE void run(int64_t item, int thread, Shared& shared) const {
    const ChannelTile<N> tile = tiles[item];
    if constexpr (kPhase == 0) {
      if (thread < tile.channels()) shared.of_channel[thread] = work.known(tile.first_channel + thread);
    } else {
      apply_to_rows(work, tile, thread, shared.of_channel);
    }
  }
};

}  // namespace layer_rotation
