#include "../rotation/layca.h"
#include "../rotation/parallel_chunks.h"
#include "../rotation/simd.h"
#include "sgd.h"

namespace layer_rotation {
namespace {

using namespace rotation;

/// One layer as the kernels see it. `velocity` is null without momentum.
struct LayerPointers {
  float* weight;
  const float* initial;
  const float* gradient;
  float* velocity;
  double rate;
  double momentum;
  double decay;
};

// The same arithmetic on eight lanes and on one, for the ends of chunks.
struct Lanes {
  static constexpr int64_t size = 8;
  using Value = Double8;
  static LAYER_ROTATION_INLINE Value load(const float* p) { return widen(p); }
  static LAYER_ROTATION_INLINE void store(float* p, Value x) { narrow(p, x); }
  static LAYER_ROTATION_INLINE double sum(Value x) { return horizontal_sum(x); }
};
struct Lane {
  static constexpr int64_t size = 1;
  using Value = double;
  static LAYER_ROTATION_INLINE Value load(const float* p) { return *p; }
  static LAYER_ROTATION_INLINE void store(float* p, Value x) { *p = static_cast<float>(x); }
  static LAYER_ROTATION_INLINE double sum(Value x) { return x; }
};

/// What SGD adds to the weights at i; advance() moves the velocity first, update() finds it moved.
template <bool Momentum, bool Nesterov, bool Decay>
struct SgdUpdate {
  LayerPointers layer;

  template <class L>
  LAYER_ROTATION_INLINE typename L::Value gradient(int64_t i) const {
    if constexpr (Decay) {
      return L::load(layer.gradient + i) + layer.decay * L::load(layer.weight + i);
    } else {
      return L::load(layer.gradient + i);
    }
  }

  template <class L>
  LAYER_ROTATION_INLINE typename L::Value advance(int64_t i) const {
    if constexpr (Momentum) {
      L::store(layer.velocity + i, layer.momentum * L::load(layer.velocity + i) - layer.rate * gradient<L>(i));
    }
    return update<L>(i);
  }

  template <class L>
  LAYER_ROTATION_INLINE typename L::Value update(int64_t i) const {
    if constexpr (Nesterov) {
      return layer.momentum * L::load(layer.velocity + i) - layer.rate * gradient<L>(i);
    } else if constexpr (Momentum) {
      return L::load(layer.velocity + i);
    } else {
      return -layer.rate * gradient<L>(i);
    }
  }
};

/// Pass 1 of Layca: moves the velocity and sums what the projection needs. Reads 8 bytes a parameter, with momentum 12,
/// and writes 4.
template <class L, class Update>
LAYER_ROTATION_INLINE Projection project(const LayerPointers& layer, const Update& rule, int64_t& i, int64_t end) {
  typename L::Value a{}, b{}, c{};
  for (; i + L::size <= end; i += L::size) {
    prefetch(layer.weight + i);
    prefetch(layer.gradient + i);
    const auto update = rule.template advance<L>(i);
    const auto weight = L::load(layer.weight + i);
    a += update * weight;
    b += weight * weight;
    c += update * update;
  }
  return {L::sum(a), L::sum(b), L::sum(c)};
}

/// Applies w' = combination.weight·w + combination.update·u. With Advance the velocity moves in the same pass.
template <class L, bool Advance, bool Record, class Update>
LAYER_ROTATION_INLINE StepSums apply(const LayerPointers& layer, const Update& rule, const Combination& combination,
                                     int64_t& i, int64_t end) {
  typename L::Value squared{}, dot_initial{}, squared_after{}, squared_before{}, squared_step{}, step_dot_before{};
  for (; i + L::size <= end; i += L::size) {
    prefetch(layer.weight + i);
    prefetch(layer.gradient + i);
    const auto before = L::load(layer.weight + i);
    typename L::Value update;
    if constexpr (Advance) {
      update = rule.template advance<L>(i);
    } else {
      update = rule.template update<L>(i);
    }
    L::store(layer.weight + i, combination.weight * before + combination.update * update);
    if constexpr (Record) {
      // Of what was stored, not of what was computed: the record is of the weights that the network has.
      const auto after = L::load(layer.weight + i);
      const auto initial = L::load(layer.initial + i);
      const auto difference = after - initial, step = after - before;
      squared += difference * difference;
      dot_initial += difference * initial;
      squared_after += after * after;
      squared_before += before * before;
      squared_step += step * step;
      step_dot_before += step * before;
    }
  }
  return {{L::sum(squared), L::sum(dot_initial), L::sum(squared_after)},
          L::sum(squared_before),
          L::sum(squared_step),
          L::sum(step_dot_before)};
}

template <class Update>
LAYER_ROTATION_INLINE Projection project_chunk(const LayerPointers& layer, int64_t i, int64_t end) {
  Projection sums = project<Lanes>(layer, Update{layer}, i, end);
  return sums += project<Lane>(layer, Update{layer}, i, end);
}

template <bool Advance, bool Record, class Update>
LAYER_ROTATION_INLINE StepSums apply_chunk(const LayerPointers& layer, const Combination& combination, int64_t i,
                                           int64_t end) {
  StepSums sums = apply<Lanes, Advance, Record>(layer, Update{layer}, combination, i, end);
  return sums += apply<Lane, Advance, Record>(layer, Update{layer}, combination, i, end);
}

template <bool Decay>
LAYER_ROTATION_INLINE Projection project_rule(const LayerPointers& layer, bool nesterov, int64_t begin, int64_t end) {
  if (layer.velocity == nullptr) return project_chunk<SgdUpdate<false, false, Decay>>(layer, begin, end);
  return nesterov ? project_chunk<SgdUpdate<true, true, Decay>>(layer, begin, end)
                  : project_chunk<SgdUpdate<true, false, Decay>>(layer, begin, end);
}

LAYER_ROTATION_CLONES Projection project(const LayerPointers& layer, bool nesterov, int64_t begin, int64_t end) {
  return layer.decay == 0 ? project_rule<false>(layer, nesterov, begin, end)
                          : project_rule<true>(layer, nesterov, begin, end);
}

template <bool Advance, bool Record, bool Decay>
LAYER_ROTATION_INLINE StepSums apply_decay(const LayerPointers& layer, bool nesterov, const Combination& combination,
                                           int64_t begin, int64_t end) {
  if (layer.velocity == nullptr) {
    return apply_chunk<Advance, Record, SgdUpdate<false, false, Decay>>(layer, combination, begin, end);
  }
  return nesterov ? apply_chunk<Advance, Record, SgdUpdate<true, true, Decay>>(layer, combination, begin, end)
                  : apply_chunk<Advance, Record, SgdUpdate<true, false, Decay>>(layer, combination, begin, end);
}

template <bool Advance, bool Record>
LAYER_ROTATION_INLINE StepSums apply_rule(const LayerPointers& layer, bool nesterov, const Combination& combination,
                                          int64_t begin, int64_t end) {
  return layer.decay == 0 ? apply_decay<Advance, Record, false>(layer, nesterov, combination, begin, end)
                          : apply_decay<Advance, Record, true>(layer, nesterov, combination, begin, end);
}

LAYER_ROTATION_CLONES StepSums apply(const LayerPointers& layer, bool nesterov, bool advance, bool record,
                                     const Combination& combination, int64_t begin, int64_t end) {
  if (advance) {
    return record ? apply_rule<true, true>(layer, nesterov, combination, begin, end)
                  : apply_rule<true, false>(layer, nesterov, combination, begin, end);
  }
  return record ? apply_rule<false, true>(layer, nesterov, combination, begin, end)
                : apply_rule<false, false>(layer, nesterov, combination, begin, end);
}

/// Whether the same element stands at the same place in the memory of both, which have one shape.
bool same_layout(const at::Tensor& a, const at::Tensor& b) {
  for (int64_t d = 0; d < a.dim(); ++d) {
    if (a.size(d) > 1 && a.stride(d) != b.stride(d)) return false;  // nobody steps along a dimension of size 1
  }
  return true;
}

/// The weight's gradient in the weight's layout; autograd may leave another.
at::Tensor gradient_of(const at::Tensor& weight) {
  const at::Tensor& gradient = weight.grad();
  return same_layout(gradient, weight) ? gradient : at::empty_like(weight).copy_(gradient);
}

}  // namespace

void Sgd::step_cpu(const double* rates, StepRecord* records) {
  std::vector<LayerPointers> pointers;
  std::vector<at::Tensor> gradients;  // keeps copies alive
  for (size_t i = 0; i < layers_.size(); ++i) {
    const at::Tensor& weight = layers_.weight(i);
    gradients.push_back(gradient_of(weight));
    pointers.push_back({weight.data_ptr<float>(), layers_.initial(i).const_data_ptr<float>(),
                        gradients.back().const_data_ptr<float>(),
                        velocity_[i].defined() ? velocity_[i].data_ptr<float>() : nullptr, rates[i], spec_.momentum,
                        decay_.layers[i]});
  }

  std::vector<Combination> combinations(layers_.size());
  if (spec_.layca) {
    const auto sums = sum_by_layer<Projection>(layers_, [&](const Chunk& chunk) {
      return project(pointers[chunk.layer], spec_.nesterov, chunk.begin, chunk.end);
    });
    for (size_t i = 0; i < layers_.size(); ++i) {
      combinations[i] = layca(sums[i], rates[i], std::sqrt(layers_.initial_squared_norm(i)));
    }
  }
  const auto sums = sum_by_layer<StepSums>(layers_, [&](const Chunk& chunk) {
    return apply(pointers[chunk.layer], spec_.nesterov, !spec_.layca, records != nullptr, combinations[chunk.layer],
                 chunk.begin, chunk.end);
  });
  if (records == nullptr) return;
  for (size_t i = 0; i < layers_.size(); ++i) records[i] = sums[i].record(layers_.initial_squared_norm(i));
}

}  // namespace layer_rotation
