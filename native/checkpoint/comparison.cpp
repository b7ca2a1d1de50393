#include "comparison.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>

#include "../device/parallel_chunks.h"
#include "../device/simd.h"
#include "../error.h"
#include "../rotation/displacement.h"
#include "../runtime/process_end.h"
#include "mapped_file.h"

namespace layer_rotation::checkpoint {
namespace {

using rotation::Displacement;
using simd::Double8;
using simd::horizontal_sum;

/// The sums over a layer that give its change.
struct Sums {
  Displacement from_first, from_previous;
  double squared_first = 0, squared_previous = 0;

  Sums& operator+=(const Sums& other) {
    from_first += other.from_first;
    from_previous += other.from_previous;
    squared_first += other.squared_first;
    squared_previous += other.squared_previous;
    return *this;
  }
};

/// Elements that are converted at a time: those of three checkpoints fit into the first cache.
constexpr int64_t kBlock = 512;

/// Bytes ahead of a block that the processor is told to fetch; its own prefetcher stops at the end of a page.
constexpr int64_t kAhead = 4096;

struct alignas(64) Block {
  std::array<double, kBlock> values;
};

/// A layer's elements in one checkpoint.
struct Elements {
  const std::byte* data;
  ElementType type;

  void widen_block(int64_t begin, int64_t count, Block& to) const {
    const int64_t size = size_of(type);
    const std::byte* from = data + begin * size;
    for (int64_t byte = 0; byte < count * size; byte += 64) __builtin_prefetch(from + kAhead + byte, 0, 2);
    widen(type, from, count, to.values.data());
  }
};

/// The sums of w − r and r.
struct Against {
  Double8 squared = {}, dot = {}, squared_reference = {};

  LAYER_ROTATION_INLINE void add(Double8 w, Double8 r) {
    const Double8 difference = w - r;
    squared += difference * difference;
    dot += difference * r;
    squared_reference += r * r;
  }
};

/// Adds a block; what lies behind `count` is 0 in all three.
LAYER_ROTATION_CLONES void add_block(const Block& weight, const Block& first, const Block& previous, int64_t count,
                                     Sums& sums) {
  const auto lanes = [](const Block& block, int64_t i)
                         LAYER_ROTATION_INLINE_LAMBDA { return *reinterpret_cast<const Double8*>(&block.values[i]); };
  Against from_first, from_previous;
  Double8 squared_weight = {};
  for (int64_t i = 0; i < count; i += 8) {
    const Double8 w = lanes(weight, i);
    squared_weight += w * w;
    from_first.add(w, lanes(first, i));
    from_previous.add(w, lanes(previous, i));
  }
  const double squared = horizontal_sum(squared_weight);
  sums += {{horizontal_sum(from_first.squared), horizontal_sum(from_first.dot), squared},
           {horizontal_sum(from_previous.squared), horizontal_sum(from_previous.dot), squared},
           horizontal_sum(from_first.squared_reference),
           horizontal_sum(from_previous.squared_reference)};
}

/// A layer's elements in the three checkpoints.
struct Layer {
  Elements weight, first, previous;
};

Sums sums_of(const Layer& layer, int64_t begin, int64_t end) {
  // At the second checkpoint of a series the first one is also the one before.
  const bool is_second = layer.first.data == layer.previous.data;
  Block weight, first, previous;
  Sums sums;
  for (int64_t at = begin; at < end; at += kBlock) {
    const int64_t count = std::min(kBlock, end - at);
    layer.weight.widen_block(at, count, weight);
    layer.first.widen_block(at, count, first);
    if (!is_second) layer.previous.widen_block(at, count, previous);
    if (count < kBlock) {
      for (Block* block : {&weight, &first, &previous})
        std::fill(block->values.begin() + count, block->values.end(), 0.0);
    }
    add_block(weight, first, is_second ? first : previous, count, sums);
  }
  return sums;
}

double count_not_finite(const Elements& weight, int64_t elements) {
  Block block;
  int64_t found = 0;
  for (int64_t at = 0; at < elements; at += kBlock) {
    const int64_t count = std::min(kBlock, elements - at);
    weight.widen_block(at, count, block);
    found +=
        std::count_if(block.values.begin(), block.values.begin() + count, [](double x) { return !std::isfinite(x); });
  }
  return static_cast<double>(found);
}

LayerChange change_of(const Sums& sums) {
  const auto& [squared, dot, squared_weight] = sums.from_previous;
  LayerChange change;
  change.norm = std::sqrt(squared_weight);
  change.rotation = sums.from_first.rotation(sums.squared_first);
  change.rotation_from_previous = sums.from_previous.rotation(sums.squared_previous);
  if (sums.squared_previous == 0) {
    // There is no direction to turn from.
    change.angle = change.radial = change.relative_update = std::numeric_limits<double>::quiet_NaN();
    change.tangential = std::sqrt(squared);
    return change;
  }
  const double previous_norm = std::sqrt(sums.squared_previous);
  change.angle = rotation::turned(squared, dot, sums.squared_previous);
  change.radial = dot / previous_norm;
  change.tangential = std::sqrt(std::max(0.0, squared - dot * dot / sums.squared_previous));
  change.relative_update = std::sqrt(squared) / previous_norm;
  return change;
}

}  // namespace

std::vector<LayerChange> compare(const std::vector<SourceFile>& files, const std::vector<StoredLayer>& layers) {
  std::vector<std::unique_ptr<MappedFile>> mapped;
  for (const auto& [path, size] : files) mapped.push_back(std::make_unique<MappedFile>(path, size));
  const auto place = [&](const StoredTensor& tensor) {
    return Elements{mapped[tensor.file]->data() + tensor.offset, tensor.type};
  };
  std::vector<Layer> placed;
  std::vector<Chunk> chunks;
  for (const StoredLayer& layer : layers) {
    add_chunks(chunks, placed.size(), layer.elements);
    placed.push_back({place(layer.weight), place(layer.first), place(layer.previous)});
  }
  const std::vector<Sums> sums = sum_by_tensor<Sums>(chunks, layers.size(), [&](const Chunk& chunk) {
    if (process_is_ending.load(std::memory_order_relaxed)) return Sums();
    return sums_of(placed[chunk.tensor], chunk.begin, chunk.end);
  });
  if (process_is_ending.load(std::memory_order_relaxed)) throw Error("INTERRUPTED", "the process ends");
  std::vector<LayerChange> changes;
  for (size_t i = 0; i < layers.size(); ++i) {
    changes.push_back(change_of(sums[i]));
    if (!std::isfinite(sums[i].from_first.squared_weight)) {
      changes.back().not_finite = count_not_finite(placed[i].weight, layers[i].elements);
    }
  }
  for (const auto& file : mapped) {
    if (file->is_lost()) {
      throw Error("READ_FAILED",
                  file->path() + " could not be read to its end: it was shortened meanwhile, or its disk failed");
    }
  }
  return changes;
}

}  // namespace layer_rotation::checkpoint
