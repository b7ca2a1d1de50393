#include "update_ranges_cpu.h"

#include <cmath>
#include <type_traits>

#include "../device/with_alternative.h"
#include "lanes.h"

namespace layer_rotation {
namespace {

using rotation::Displacement;
using rotation::StepSums;
using simd::prefetch;

template <class L>
LAYER_ROTATION_INLINE typename L::Value load(const float* p) {
  typename L::Value value;
  L::load(p, value);
  return value;
}

/// The lanes that a formula computes with.
template <class F, class L>
using Number = std::conditional_t<F::kNarrow, typename L::Narrow, typename L::Value>;

/// The gradient as the rule sees it: scale·c + scale·decay·w, where c is the clipped gradient.
template <class F, class L, bool Scaled>
LAYER_ROTATION_INLINE Number<F, L> gradient(const UpdateTarget& target, int64_t i) {
  if constexpr (Scaled) {
    const Update& update = target.update;
    const double scale = update.gradient_scale, decay = scale * update.decay;
    typename L::Value g = load<L>(target.gradient + i);
    if (std::isfinite(update.bound)) g = bounded(g, update.bound);
    const typename L::Value sum = g * (scale * update.clip_factor) + load<L>(target.weight + i) * decay;
    if constexpr (F::kNarrow)
      return L::narrowed(sum);
    else
      return sum;
  } else {
    Number<F, L> g;
    L::load(target.gradient + i, g);
    return g;
  }
}

/// The rule's update at i. With `Advance` the states are advanced in this pass, otherwise in another.
template <class F, class L, bool Scaled, bool Advance>
LAYER_ROTATION_INLINE typename L::Value update(const F& formula, const UpdateTarget& target, int64_t i) {
  Number<F, L> states[F::kStates + 1];
  for (int s = 0; s < F::kStates; ++s) L::load(target.states[s] + i, states[s]);
  Number<F, L> g{}, u{};
  if constexpr (Advance || F::kUpdateReadsGradient) g = gradient<F, L, Scaled>(target, i);
  if constexpr (F::kAdvancesLast) u = formula.update(g, states);
  if constexpr (Advance) {
    formula.advance(g, states);
    for (int s = 0; s < F::kStates; ++s) {
      states[s] = L::rounded(states[s]);  // as a second pass will find it
      L::store(target.states[s] + i, states[s]);
    }
  }
  if constexpr (!F::kAdvancesLast) u = formula.update(g, states);
  return L::widened(u);
}

template <class L, bool Scaled>
LAYER_ROTATION_INLINE void find_direction(const rules::Nesterov& formula, const UpdateTarget& target, int64_t& i,
                                          int64_t end) {
  for (; i + L::size <= end; i += L::size) {
    prefetch(target.gradient + i);
    prefetch(target.momentum + i);
    const typename L::Value g = gradient<rules::Nesterov, L, Scaled>(target, i);
    typename L::Value momentum = load<L>(target.momentum + i);
    formula.advance(g, &momentum);
    L::store(target.momentum + i, momentum);
    L::store(target.states[0] + i, formula.update(g, &momentum));
  }
}

template <class F>
LAYER_ROTATION_INLINE void prefetch_all(const UpdateTarget& target, int64_t i) {
  prefetch(target.weight + i);
  prefetch(target.gradient + i);
  for (int s = 0; s < F::kStates; ++s) prefetch(target.states[s] + i);
}

template <class F, class L, bool Scaled>
LAYER_ROTATION_INLINE UpdateSums sum_updates(const F formula, const UpdateTarget& target, int64_t& i, int64_t end) {
  typename L::Value a{}, b{}, c{};
  for (; i + L::size <= end; i += L::size) {
    prefetch_all<F>(target, i);
    const typename L::Value step = update<F, L, Scaled, !F::kAdvancesLast>(formula, target, i);
    const typename L::Value weight = load<L>(target.weight + i);
    a += step * weight;
    b += weight * weight;
    c += step * step;
  }
  return {L::sum(a), L::sum(b), L::sum(c)};
}

template <class F, class L, bool Scaled, bool Advance, bool Record>
LAYER_ROTATION_INLINE StepSums apply(const F formula, const UpdateTarget& target, const Combination& combination,
                                     int64_t& i, int64_t end) {
  typename L::Value squared{}, dot_initial{}, squared_after{}, squared_before{}, squared_step{}, step_dot_before{},
      squared_gradient{};
  typename L::Narrow zero_if_finite{};
  for (; i + L::size <= end; i += L::size) {
    prefetch_all<F>(target, i);
    const typename L::Value before = load<L>(target.weight + i);
    const typename L::Value step = update<F, L, Scaled, Advance>(formula, target, i);
    L::store(target.weight + i, combination.weight * before + combination.update * step);
    // The stored numbers, not the computed ones: the sums are of the weights that the network has.
    if constexpr (Record) {
      const typename L::Value after = load<L>(target.weight + i);
      const typename L::Value initial = load<L>(target.initial + i);
      const typename L::Value gradient = load<L>(target.gradient + i);
      const typename L::Value difference = after - initial, moved = after - before;
      squared += difference * difference;
      dot_initial += difference * initial;
      squared_after += after * after;
      squared_before += before * before;
      squared_step += moved * moved;
      step_dot_before += moved * before;
      squared_gradient += gradient * gradient;
    } else {
      typename L::Narrow after;
      L::load(target.weight + i, after);
      zero_if_finite += after - after;
    }
  }
  if constexpr (!Record) squared_after = L::widened(zero_if_finite);
  return {{L::sum(squared), L::sum(dot_initial), L::sum(squared_after)},
          L::sum(squared_before),
          L::sum(squared_step),
          L::sum(step_dot_before),
          L::sum(squared_gradient)};
}

/// Calls `f` with `flag` as a constant of the compiler.
template <class F>
LAYER_ROTATION_INLINE auto with_flag(bool flag, F f) {
  return flag ? f(std::true_type()) : f(std::false_type());
}

bool scaled(const Update& update) {
  return update.decay != 0 || update.gradient_scale != 1 || update.clip_factor != 1 || std::isfinite(update.bound);
}

template <class L>
LAYER_ROTATION_INLINE GradientSums sum_gradient(const UpdateTarget& target, double bound, int64_t& i, int64_t end) {
  typename L::Value gg{}, gw{}, ww{};
  for (; i + L::size <= end; i += L::size) {
    prefetch(target.weight + i);
    prefetch(target.gradient + i);
    const typename L::Value g = bounded(load<L>(target.gradient + i), bound), w = load<L>(target.weight + i);
    gg += g * g;
    gw += g * w;
    ww += w * w;
  }
  return {L::sum(gg), L::sum(gw), L::sum(ww)};
}

}  // namespace

LAYER_ROTATION_CLONES GradientSums sum_gradient_range(const UpdateTarget& target, double bound, int64_t begin,
                                                      int64_t end) {
  GradientSums sums = sum_gradient<Lanes>(target, bound, begin, end);
  return sums += sum_gradient<Lane>(target, bound, begin, end);
}

LAYER_ROTATION_CLONES void find_direction_range(const rules::Nesterov& formula, const UpdateTarget& target,
                                                int64_t begin, int64_t end) {
  with_flag(scaled(target.update), [&](auto scaled) LAYER_ROTATION_INLINE_LAMBDA {
    constexpr bool kScaled = decltype(scaled)::value;
    find_direction<Lanes, kScaled>(formula, target, begin, end);
    find_direction<Lane, kScaled>(formula, target, begin, end);
  });
}

LAYER_ROTATION_CLONES UpdateSums sum_update_range(const UpdateTarget& target, int64_t begin, int64_t end) {
  return with_alternative(target.update.formula, [&]<class F>(const F& formula) LAYER_ROTATION_INLINE_LAMBDA {
    return with_flag(scaled(target.update), [&](auto scaled) LAYER_ROTATION_INLINE_LAMBDA {
      constexpr bool kScaled = decltype(scaled)::value;
      UpdateSums sums = sum_updates<F, Lanes, kScaled>(formula, target, begin, end);
      return sums += sum_updates<F, Lane, kScaled>(formula, target, begin, end);
    });
  });
}

LAYER_ROTATION_CLONES StepSums apply_range(const UpdateTarget& target, const Combination& combination, bool combined,
                                           bool record, int64_t begin, int64_t end) {
  return with_alternative(target.update.formula, [&]<class F>(const F& formula) LAYER_ROTATION_INLINE_LAMBDA {
    return with_flag(scaled(target.update), [&](auto scaled) LAYER_ROTATION_INLINE_LAMBDA {
      return with_flag(!combined, [&](auto advance) LAYER_ROTATION_INLINE_LAMBDA {
        return with_flag(record, [&](auto record) LAYER_ROTATION_INLINE_LAMBDA {
          constexpr bool kScaled = decltype(scaled)::value, kRecord = decltype(record)::value,
                         kAdvance = decltype(advance)::value || F::kAdvancesLast;
          StepSums sums = apply<F, Lanes, kScaled, kAdvance, kRecord>(formula, target, combination, begin, end);
          return sums += apply<F, Lane, kScaled, kAdvance, kRecord>(formula, target, combination, begin, end);
        });
      });
    });
  });
}

}  // namespace layer_rotation
