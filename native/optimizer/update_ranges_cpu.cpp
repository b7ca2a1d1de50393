#include "update_ranges_cpu.h"

#include <type_traits>

#include "lanes.h"

namespace layer_rotation {
namespace {

using rotation::Combination;
using rotation::Displacement;
using rotation::Projection;
using rotation::StepSums;
using simd::prefetch;

template <class L>
LAYER_ROTATION_INLINE typename L::Value load(const float* p) {
  typename L::Value value;
  L::load(p, value);
  return value;
}

/// What a rule computes with.
template <class Rule, class L>
using Number = std::conditional_t<Rule::kNarrow, typename L::Narrow, typename L::Value>;

/// What the rule sees as the gradient: scale·g + scale·decay·w.
template <class Rule, class L, bool Scaled>
LAYER_ROTATION_INLINE Number<Rule, L> gradient(const UpdateTarget& target, int64_t i) {
  if constexpr (Scaled) {
    const double scale = target.update.gradient_scale, decay = scale * target.update.decay;
    const typename L::Value sum = load<L>(target.gradient + i) * scale + load<L>(target.weight + i) * decay;
    if constexpr (Rule::kNarrow)
      return L::narrowed(sum);
    else
      return sum;
  } else {
    Number<Rule, L> g;
    L::load(target.gradient + i, g);
    return g;
  }
}

/// The rule's update at i, with its states advanced or found so.
template <class Rule, class L, bool Scaled, bool Advance>
LAYER_ROTATION_INLINE typename L::Value update(const UpdateTarget& target, int64_t i) {
  Number<Rule, L> states[Rule::kStates + 1];
  for (int s = 0; s < Rule::kStates; ++s) L::load(target.states[s] + i, states[s]);
  Number<Rule, L> g{};
  if constexpr (Advance || Rule::kUpdateReadsGradient) g = gradient<Rule, L, Scaled>(target, i);
  if constexpr (Advance) {
    Rule::advance(target.update.coefficients, g, states);
    for (int s = 0; s < Rule::kStates; ++s) {
      states[s] = L::rounded(states[s]);  // as a second pass will find it
      L::store(target.states[s] + i, states[s]);
    }
  }
  return L::widened(Rule::update(target.update.coefficients, g, states));
}

template <class Rule>
LAYER_ROTATION_INLINE void prefetch_all(const UpdateTarget& target, int64_t i) {
  prefetch(target.weight + i);
  prefetch(target.gradient + i);
  for (int s = 0; s < Rule::kStates; ++s) prefetch(target.states[s] + i);
}

template <class Rule, class L, bool Scaled>
LAYER_ROTATION_INLINE Projection project(const UpdateTarget& target, int64_t& i, int64_t end) {
  typename L::Value a{}, b{}, c{};
  for (; i + L::size <= end; i += L::size) {
    prefetch_all<Rule>(target, i);
    const typename L::Value step = update<Rule, L, Scaled, true>(target, i);
    const typename L::Value weight = load<L>(target.weight + i);
    a += step * weight;
    b += weight * weight;
    c += step * step;
  }
  return {L::sum(a), L::sum(b), L::sum(c)};
}

template <class Rule, class L, bool Scaled, bool Advance, bool Record>
LAYER_ROTATION_INLINE StepSums apply(const UpdateTarget& target, const Combination& combination, int64_t& i,
                                     int64_t end) {
  typename L::Value squared{}, dot_initial{}, squared_after{}, squared_before{}, squared_step{}, step_dot_before{},
      squared_gradient{};
  typename L::Narrow zero_if_finite{};
  for (; i + L::size <= end; i += L::size) {
    prefetch_all<Rule>(target, i);
    const typename L::Value before = load<L>(target.weight + i);
    const typename L::Value step = update<Rule, L, Scaled, Advance>(target, i);
    L::store(target.weight + i, combination.weight * before + combination.update * step);
    // Of what was stored, not of what was computed: the sums are of the weights that the network has.
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

template <class Rule, bool Scaled>
LAYER_ROTATION_INLINE Projection project_all(const UpdateTarget& target, int64_t i, int64_t end) {
  Projection sums = project<Rule, Lanes, Scaled>(target, i, end);
  return sums += project<Rule, Lane, Scaled>(target, i, end);
}

template <class Rule, bool Scaled, bool Advance, bool Record>
LAYER_ROTATION_INLINE StepSums apply_all(const UpdateTarget& target, const Combination& combination, int64_t i,
                                         int64_t end) {
  StepSums sums = apply<Rule, Lanes, Scaled, Advance, Record>(target, combination, i, end);
  return sums += apply<Rule, Lane, Scaled, Advance, Record>(target, combination, i, end);
}

/// Calls `f` with what is known at compile time in the kernels.
template <class F>
LAYER_ROTATION_INLINE auto with_flag(bool flag, F f) {
  return flag ? f(std::true_type()) : f(std::false_type());
}

bool scaled(const Update& update) { return update.decay != 0 || update.gradient_scale != 1; }

template <class L>
LAYER_ROTATION_INLINE GradientSums sum_gradient(const UpdateTarget& target, int64_t& i, int64_t end) {
  typename L::Value gg{}, gw{}, ww{};
  for (; i + L::size <= end; i += L::size) {
    prefetch(target.weight + i);
    prefetch(target.gradient + i);
    const typename L::Value g = load<L>(target.gradient + i), w = load<L>(target.weight + i);
    gg += g * g;
    gw += g * w;
    ww += w * w;
  }
  return {L::sum(gg), L::sum(gw), L::sum(ww)};
}

}  // namespace

LAYER_ROTATION_CLONES GradientSums sum_gradient_range(const UpdateTarget& target, int64_t begin, int64_t end) {
  GradientSums sums = sum_gradient<Lanes>(target, begin, end);
  return sums += sum_gradient<Lane>(target, begin, end);
}

LAYER_ROTATION_CLONES Projection project_range(rules::Kind rule, const UpdateTarget& target, int64_t begin,
                                               int64_t end) {
  return rules::with_rule(rule, [&](auto rule) LAYER_ROTATION_INLINE_LAMBDA {
    return with_flag(scaled(target.update), [&](auto scaled) LAYER_ROTATION_INLINE_LAMBDA {
      return project_all<decltype(rule), decltype(scaled)::value>(target, begin, end);
    });
  });
}

LAYER_ROTATION_CLONES StepSums apply_range(rules::Kind rule, const UpdateTarget& target, const Combination& combination,
                                           bool advance, bool record, int64_t begin, int64_t end) {
  return rules::with_rule(rule, [&](auto rule) LAYER_ROTATION_INLINE_LAMBDA {
    return with_flag(scaled(target.update), [&](auto scaled) LAYER_ROTATION_INLINE_LAMBDA {
      return with_flag(advance, [&](auto advance) LAYER_ROTATION_INLINE_LAMBDA {
        return with_flag(record, [&](auto record) LAYER_ROTATION_INLINE_LAMBDA {
          return apply_all<decltype(rule), decltype(scaled)::value, decltype(advance)::value, decltype(record)::value>(
              target, combination, begin, end);
        });
      });
    });
  });
}

}  // namespace layer_rotation
