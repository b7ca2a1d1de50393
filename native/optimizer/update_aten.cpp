#include "update_aten.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

namespace layer_rotation {

template <>
struct rules::Math<at::Tensor> {
  static at::Tensor times(const at::Tensor& x, double c) { return x * c; }
  static at::Tensor quotient(const at::Tensor& x, const at::Tensor& y, double c, double e) {
    return x / (y.sqrt() * c + e);
  }
  static at::Tensor larger(const at::Tensor& x, const at::Tensor& y) { return at::maximum(x, y); }
  static at::Tensor sign(const at::Tensor& x) { return at::where(x.isnan(), x, at::sign(x)); }
};

namespace {

using rotation::StepSums;

class AtenBackend final : public UpdateBackend {
 public:
  explicit AtenBackend(const std::vector<Slot>& slots) : slots_(slots) {}

  void begin() override {
    gradients_.clear();
    for (const Slot& slot : slots_) {
      const at::Tensor& gradient = slot.parameter.grad();
      gradients_.push_back((gradient.defined() ? gradient : at::zeros_like(slot.parameter)).to(at::kDouble));
    }
  }

  std::vector<GradientSums> sum_gradients(double bound) override {
    std::vector<at::Tensor> sums;
    for (size_t i = 0; i < slots_.size(); ++i) {
      const at::Tensor g = rows(i, within(gradients_[i], bound)), w = rows(i, slots_[i].parameter.to(at::kDouble));
      add_inner_products(sums, {{g, g}, {g, w}, {w, w}});
    }
    std::vector<GradientSums> result;
    for (const auto& [gg, gw, ww] : on_host(sums)) result.push_back({gg, gw, ww});
    return result;
  }

  void find_directions(const rules::Nesterov& formula, const std::vector<Update>& updates) override {
    for (size_t i = 0; i < slots_.size(); ++i) {
      const Slot& slot = slots_[i];
      if (!slot.momentum.defined()) continue;
      const at::Tensor gradient = seen(i, updates[i]);
      at::Tensor momentum = slot.momentum.to(at::kDouble);
      formula.advance(gradient, &momentum);
      slot.momentum.copy_(momentum);
      slot.states[0].copy_(formula.update(gradient, &momentum));
    }
  }

  std::vector<UpdateSums> sum_updates(const std::vector<Update>& updates) override {
    steps_.clear();
    std::vector<at::Tensor> sums;
    for (size_t i = 0; i < slots_.size(); ++i) {
      steps_.push_back(slots_[i].settings.combined ? advance(i, updates[i]) : at::zeros_like(gradients_[i]));
      const at::Tensor u = rows(i, steps_[i]), w = rows(i, slots_[i].parameter.to(at::kDouble));
      add_inner_products(sums, {{u, w}, {w, w}, {u, u}});
    }
    std::vector<UpdateSums> result;
    for (const auto& [uw, ww, uu] : on_host(sums)) result.push_back({uw, ww, uu});
    return result;
  }

  std::vector<StepSums> apply(const std::vector<Update>& updates, const std::vector<Combination>& combinations,
                              bool record) override {
    std::vector<StepSums> result(slots_.size());
    std::vector<at::Tensor> sums;
    for (size_t i = 0; i < slots_.size(); ++i) {
      at::Tensor stored = slots_[i].parameter;
      const at::Tensor before = rows(i, stored.to(at::kDouble));
      const at::Tensor update = rows(i, slots_[i].settings.combined ? steps_[i] : advance(i, updates[i]));
      const auto [weight_factor, update_factor] = factors(i, combinations);
      stored.copy_((before * weight_factor + update * update_factor).reshape(stored.sizes()));
      const at::Tensor after = rows(i, stored.to(at::kDouble));
      sums.push_back(at::sum(after * after));
      if (!record || !slots_[i].initial.defined()) continue;
      const at::Tensor initial = rows(i, slots_[i].initial.to(at::kDouble)), step = after - before,
                       difference = after - initial, gradient = rows(i, gradients_[i]);
      for (const auto& [x, y] : Pairs{{difference, difference},
                                      {difference, initial},
                                      {before, before},
                                      {step, step},
                                      {step, before},
                                      {gradient, gradient}}) {
        sums.push_back(at::sum(x * y));
      }
    }
    if (sums.empty()) return result;
    const at::Tensor on_host = at::stack(sums).cpu();
    const double* sum = on_host.const_data_ptr<double>();
    for (size_t i = 0; i < slots_.size(); ++i) {
      result[i].displacement.squared_weight = *sum++;
      if (!record || !slots_[i].initial.defined()) continue;
      result[i] = {{sum[0], sum[1], result[i].displacement.squared_weight}, sum[2], sum[3], sum[4], sum[5]};
      sum += 6;
    }
    gradients_.clear();
    steps_.clear();
    return result;
  }

 private:
  using Pairs = std::vector<std::pair<at::Tensor, at::Tensor>>;

  /// [units][numbers of a unit]
  at::Tensor rows(size_t slot, const at::Tensor& tensor) const { return tensor.reshape({slots_[slot].units, -1}); }

  /// bounded() of each number.
  static at::Tensor within(const at::Tensor& gradient, double bound) {
    if (!std::isfinite(bound)) return gradient;
    return at::where(at::isfinite(gradient), gradient.clamp(-bound, bound), gradient);
  }

  /// The gradient as the rule sees it, in double.
  at::Tensor seen(size_t i, const Update& update) const {
    at::Tensor gradient = within(gradients_[i], update.bound);
    if (update.clip_factor != 1) gradient = gradient * update.clip_factor;
    if (update.decay != 0) gradient = gradient + slots_[i].parameter.to(at::kDouble) * update.decay;
    if (update.gradient_scale != 1) gradient = gradient * update.gradient_scale;
    return gradient;
  }

  /// The rule's update, in double. Advances the states, in fp32.
  at::Tensor advance(size_t i, const Update& update) {
    const Slot& slot = slots_[i];
    const at::Tensor gradient = seen(i, update);
    at::Tensor states[kMostStates];
    for (size_t s = 0; s < slot.states.size(); ++s) states[s] = slot.states[s].to(at::kDouble);
    return with_alternative(update.formula, [&]<class F>(const F& formula) {
      at::Tensor result;
      if constexpr (F::kAdvancesLast) result = formula.update(gradient, states);
      formula.advance(gradient, states);
      if constexpr (!F::kAdvancesLast) result = formula.update(gradient, states);
      for (size_t s = 0; s < slot.states.size(); ++s) slot.states[s].copy_(states[s]);
      return result;
    });
  }

  /// The factors of a slot's combinations, [units][1] each.
  std::pair<at::Tensor, at::Tensor> factors(size_t i, const std::vector<Combination>& combinations) const {
    std::vector<double> weight, update;
    for (int64_t unit = 0; unit < slots_[i].units; ++unit) {
      const Combination& combination = combinations[slots_[i].first_unit + static_cast<size_t>(unit)];
      weight.push_back(combination.weight);
      update.push_back(combination.update);
    }
    const auto column = [&](const std::vector<double>& values) {
      return at::tensor(at::ArrayRef<double>(values)).to(slots_[i].parameter.device()).unsqueeze(1);
    };
    return {column(weight), column(update)};
  }

  static void add_inner_products(std::vector<at::Tensor>& sums, const Pairs& pairs) {
    std::vector<at::Tensor> columns;
    for (const auto& [x, y] : pairs) columns.push_back(at::sum(x * y, 1));
    sums.push_back(at::stack(columns, 1));
  }

  /// Three sums for each unit, from one copy for all: each would wait for the device.
  static std::vector<std::array<double, 3>> on_host(const std::vector<at::Tensor>& sums) {
    if (sums.empty()) return {};
    const at::Tensor host = at::cat(sums).cpu();
    const double* sum = host.const_data_ptr<double>();
    std::vector<std::array<double, 3>> result(static_cast<size_t>(host.size(0)));
    for (auto& row : result) {
      for (double& value : row) value = *sum++;
    }
    return result;
  }

  const std::vector<Slot>& slots_;
  std::vector<at::Tensor> gradients_;  ///< in double
  std::vector<at::Tensor> steps_;      ///< updates of combined slots, between sum_updates() and apply()
};

}  // namespace

std::unique_ptr<UpdateBackend> make_aten_backend(const std::vector<Slot>& slots) {
  return std::make_unique<AtenBackend>(slots);
}

}  // namespace layer_rotation
