#include "comparison.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "../device/parallel_chunks.h"
#include "../device/simd.h"
#include "../error.h"
#include "../rotation/displacement.h"
#include "../rotation/spectrum.h"
#include "../runtime/process_end.h"
#include "mapped_file.h"

namespace layer_rotation::checkpoint {
namespace {

using rotation::Displacement;
using rotation::RowMatrix;
using simd::Double4;
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

/// Elements that are added at a time: those of three checkpoints, converted, fit into the first cache.
constexpr int64_t kBlock = 512;

/// Elements of a step of the loop, a cache line of floats.
constexpr int64_t kLine = 16;

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

/// A layer's elements in the three checkpoints.
struct Layer {
  Elements weight, first, previous;
};

/// The checkpoints of a layer that differ. At the first one of a series it is compared with itself, at the second one
/// the first is also the one before: bytes are read once.
enum class Distinct { kOne, kTwo, kThree };

Distinct distinct(const Layer& layer) {
  if (layer.first.data != layer.previous.data) return Distinct::kThree;
  return layer.weight.data == layer.first.data ? Distinct::kOne : Distinct::kTwo;
}

/// The sums of w − r and r. Four lanes, so that those of two references stay in the registers of AVX2.
struct Against {
  Double4 squared = {}, dot = {}, squared_reference = {};

  LAYER_ROTATION_INLINE void add(Double4 w, Double4 r) {
    const Double4 difference = w - r;
    squared += difference * difference;
    dot += difference * r;
    squared_reference += r * r;
  }
};

LAYER_ROTATION_INLINE Double4 lanes(const double* p) { return *reinterpret_cast<const Double4*>(p); }
LAYER_ROTATION_INLINE Double4 lanes(const simd::UnalignedFloat* p) { return simd::widen4(p); }

/// Adds `count` elements, a multiple of kLine.
template <Distinct kDistinct, class Number>
LAYER_ROTATION_INLINE void add_lines(const Number* weight, const Number* first, const Number* previous, int64_t count,
                                     Sums& sums) {
  constexpr bool kHasFirst = kDistinct != Distinct::kOne, kHasPrevious = kDistinct == Distinct::kThree;
  Against from_first, from_previous;
  Double4 squared_weight = {};
  for (int64_t i = 0; i < count; i += kLine) {
    if constexpr (!std::is_same_v<Number, double>) {
      constexpr int64_t kElementsAhead = kAhead / static_cast<int64_t>(sizeof(Number));
      __builtin_prefetch(weight + i + kElementsAhead, 0, 2);
      if (kHasFirst) __builtin_prefetch(first + i + kElementsAhead, 0, 2);
      if (kHasPrevious) __builtin_prefetch(previous + i + kElementsAhead, 0, 2);
    }
    for (int64_t j = i; j < i + kLine; j += 4) {
      const Double4 w = lanes(weight + j);
      squared_weight += w * w;
      if (kHasFirst) from_first.add(w, lanes(first + j));
      if (kHasPrevious) from_previous.add(w, lanes(previous + j));
    }
  }
  const auto total = [](const Against& against, double squared) LAYER_ROTATION_INLINE_LAMBDA {
    return Displacement{horizontal_sum(against.squared), horizontal_sum(against.dot), squared};
  };
  const double squared = horizontal_sum(squared_weight);
  const double squared_first = kHasFirst ? horizontal_sum(from_first.squared_reference) : squared;
  const Displacement first_total = total(from_first, squared);
  if (kHasPrevious) {
    sums +=
        {first_total, total(from_previous, squared), squared_first, horizontal_sum(from_previous.squared_reference)};
  } else {
    sums += {first_total, first_total, squared_first, squared_first};
  }
}

template <class Number>
LAYER_ROTATION_INLINE void add_distinct(Distinct distinct, const Number* weight, const Number* first,
                                        const Number* previous, int64_t count, Sums& sums) {
  switch (distinct) {
    case Distinct::kOne: return add_lines<Distinct::kOne>(weight, first, previous, count, sums);
    case Distinct::kTwo: return add_lines<Distinct::kTwo>(weight, first, previous, count, sums);
    case Distinct::kThree: return add_lines<Distinct::kThree>(weight, first, previous, count, sums);
  }
}

/// Adds floats as they lie in the files.
LAYER_ROTATION_CLONES void add_floats(Distinct distinct, const Layer& layer, int64_t begin, int64_t count, Sums& sums) {
  const auto at = [begin](const Elements& elements) LAYER_ROTATION_INLINE_LAMBDA {
    return reinterpret_cast<const simd::UnalignedFloat*>(elements.data) + begin;
  };
  add_distinct(distinct, at(layer.weight), at(layer.first), at(layer.previous), count, sums);
}

LAYER_ROTATION_CLONES void add_blocks(Distinct distinct, const Block& weight, const Block& first, const Block& previous,
                                      Sums& sums) {
  add_distinct(distinct, weight.values.data(), first.values.data(), previous.values.data(), kBlock, sums);
}

Sums sums_of(const Layer& layer, int64_t begin, int64_t end) {
  const Distinct kinds = distinct(layer);
  const bool are_floats = layer.weight.type == ElementType::kF32 && layer.first.type == ElementType::kF32 &&
                          layer.previous.type == ElementType::kF32;
  Sums sums;
  if (are_floats) {
    const int64_t count = (end - begin) / kLine * kLine;
    add_floats(kinds, layer, begin, count, sums);
    begin += count;
  }
  Block weight, first, previous;
  for (int64_t at = begin; at < end; at += kBlock) {
    const int64_t count = std::min(kBlock, end - at);
    layer.weight.widen_block(at, count, weight);
    if (kinds != Distinct::kOne) layer.first.widen_block(at, count, first);
    if (kinds == Distinct::kThree) layer.previous.widen_block(at, count, previous);
    if (count < kBlock) {
      for (Block* block : {&weight, &first, &previous})
        std::fill(block->values.begin() + count, block->values.end(), 0.0);
    }
    add_blocks(kinds, weight, first, previous, sums);
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

/// Threads take as many neurons at a time as have this many elements.
constexpr int64_t kNeuronGrain = 16 * 1024;

NeuronChanges neuron_changes(const Layer& layer, int64_t elements, int64_t neurons) {
  const int64_t size = neurons == 0 ? 0 : elements / neurons;
  std::vector<LayerChange> changes(static_cast<size_t>(neurons));
  at::parallel_for(0, neurons, 1 + kNeuronGrain / std::max<int64_t>(1, size), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      if (process_is_ending.load(std::memory_order_relaxed)) return;
      changes[i] = change_of(sums_of(layer, i * size, (i + 1) * size));
    }
  });
  const auto over_neurons = [&](double LayerChange::*member) {
    std::vector<double> values;
    for (const LayerChange& change : changes) {
      if (!std::isnan(change.*member)) values.push_back(change.*member);
    }
    if (values.empty()) values.push_back(std::numeric_limits<double>::quiet_NaN());
    return rotation::quartiles(std::move(values));
  };
  return {over_neurons(&LayerChange::rotation), over_neurons(&LayerChange::angle), over_neurons(&LayerChange::norm),
          over_neurons(&LayerChange::relative_update)};
}

/// A layer's weights as a matrix, less those in another checkpoint where there is one.
RowMatrix matrix_of(const Elements& weight, const Elements* less, int64_t elements, int64_t rows) {
  const int64_t columns = elements / rows;
  return {rows, columns, [=](int64_t row, int64_t begin, int64_t count, double* to) {
            const auto read = [&](const Elements& from, double* into) {
              widen(from.type, from.data + (row * columns + begin) * size_of(from.type), count, into);
            };
            read(weight, to);
            if (less == nullptr) return;
            Block block;
            for (int64_t at = 0; at < count; at += kBlock) {
              const int64_t part = std::min(kBlock, count - at);
              widen(less->type, less->data + (row * columns + begin + at) * size_of(less->type), part,
                    block.values.data());
              for (int64_t i = 0; i < part; ++i) to[at + i] -= block.values[i];
            }
          }};
}

Spectrum spectrum_of(const Layer& layer, const StoredLayer& stored) {
  if (stored.rows == 0) return {std::nan(""), std::nan(""), std::nan("")};
  const auto largest = [&](const Elements& weight, const Elements* less) {
    return rotation::largest_singular_value(matrix_of(weight, less, stored.elements, stored.rows));
  };
  Spectrum spectrum;
  spectrum.weight = largest(layer.weight, nullptr);
  // Nothing has changed at the first checkpoint, and nothing has to be read again.
  if (layer.weight.data == layer.previous.data) return {spectrum.weight, 0, spectrum.weight};
  spectrum.change = largest(layer.weight, &layer.previous);
  spectrum.previous = largest(layer.previous, nullptr);
  return spectrum;
}

void require_running() {
  if (process_is_ending.load(std::memory_order_relaxed)) throw Error("INTERRUPTED", "the process ends");
}

}  // namespace

Comparison compare(const std::vector<SourceFile>& files, const std::vector<StoredLayer>& layers, size_t units) {
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
  const std::vector<Sums> sums = sum_by_tensor<Sums, Sharing::kNext>(chunks, layers.size(), [&](const Chunk& chunk) {
    if (process_is_ending.load(std::memory_order_relaxed)) return Sums();
    return sums_of(placed[chunk.tensor], chunk.begin, chunk.end);
  });
  require_running();
  Comparison comparison;
  std::vector<Sums> totals(units);
  for (size_t i = 0; i < layers.size(); ++i) totals[layers[i].unit] += sums[i];
  for (const Sums& total : totals) comparison.units.push_back(change_of(total));
  for (size_t i = 0; i < layers.size(); ++i) {
    comparison.neurons.push_back(neuron_changes(placed[i], layers[i].elements, layers[i].neurons));
    comparison.spectra.push_back(spectrum_of(placed[i], layers[i]));
    require_running();
    if (!std::isfinite(sums[i].from_first.squared_weight)) {
      comparison.units[layers[i].unit].not_finite += count_not_finite(placed[i].weight, layers[i].elements);
    }
  }
  for (const auto& file : mapped) {
    if (file->is_lost()) {
      throw Error("READ_FAILED",
                  file->path() + " could not be read to its end: it was shortened meanwhile, or its disk failed");
    }
  }
  return comparison;
}

}  // namespace layer_rotation::checkpoint
