#include "update_cpu.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

#include "../device/chunk.h"
#include "../device/parallel_chunks.h"
#include "update_ranges_cpu.h"

namespace layer_rotation {
namespace {

using rotation::StepSums;

class CpuBackend final : public UpdateBackend {
 public:
  explicit CpuBackend(const std::vector<Slot>& slots) : slots_(slots) {
    for (size_t i = 0; i < slots_.size(); ++i) {
      const Slot& slot = slots_[i];
      units_ += static_cast<size_t>(slot.units);
      add_chunks(chunks_, i, slot.parameter.numel(), slot.units > 1 ? slot.unit_size() : 1);
      UpdateTarget target{};
      target.weight = slot.parameter.data_ptr<float>();
      target.initial = slot.initial.defined() ? slot.initial.const_data_ptr<float>() : nullptr;
      for (size_t s = 0; s < slot.states.size(); ++s) target.states[s] = slot.states[s].data_ptr<float>();
      if (slot.momentum.defined()) target.momentum = slot.momentum.data_ptr<float>();
      targets_.push_back(target);
    }
  }

  void begin() override {
    gradients_.clear();
    for (size_t i = 0; i < slots_.size(); ++i) {
      const at::Tensor gradient = gradient_of(slots_[i]);
      gradients_.push_back(gradient.defined() ? gradient : at::zeros_like(slots_[i].parameter));
      targets_[i].gradient = gradients_[i].const_data_ptr<float>();
    }
  }

  std::vector<GradientSums> sum_gradients(double bound) override {
    return sum_by_unit<GradientSums>(
        [&](size_t slot, int64_t begin, int64_t end) { return sum_gradient_range(targets_[slot], bound, begin, end); });
  }

  void find_directions(const rules::Nesterov& formula, const std::vector<Update>& updates) override {
    for (size_t i = 0; i < slots_.size(); ++i) targets_[i].update = updates[i];
    for_each_chunk(chunks_, [&](const Chunk& chunk, size_t) {
      const UpdateTarget& target = targets_[chunk.tensor];
      if (target.momentum != nullptr) find_direction_range(formula, target, chunk.begin, chunk.end);
    });
  }

  std::vector<UpdateSums> sum_updates(const std::vector<Update>& updates) override {
    for (size_t i = 0; i < slots_.size(); ++i) targets_[i].update = updates[i];
    return sum_by_unit<UpdateSums>([&](size_t slot, int64_t begin, int64_t end) {
      return slots_[slot].settings.combined ? sum_update_range(targets_[slot], begin, end) : UpdateSums();
    });
  }

  std::vector<StepSums> apply(const std::vector<Update>& updates, const std::vector<Combination>& combinations,
                              bool record) override {
    for (size_t i = 0; i < slots_.size(); ++i) targets_[i].update = updates[i];
    auto sums = sum_by_tensor<StepSums>(chunks_, slots_.size(), [&](const Chunk& chunk) {
      const Slot& slot = slots_[chunk.tensor];
      const UpdateTarget& target = targets_[chunk.tensor];
      StepSums sums;
      for_each_unit(chunk, [&](size_t unit, int64_t begin, int64_t end) {
        sums += apply_range(target, combinations[unit], slot.settings.combined, record && target.initial != nullptr,
                            begin, end);
      });
      return sums;
    });
    gradients_.clear();  // the next forward pass can have the memory of copies
    return sums;
  }

 private:
  /// Calls `f(unit, begin, end)` for the units of a chunk, or the part of one that it is.
  template <class F>
  void for_each_unit(const Chunk& chunk, F f) const {
    const Slot& slot = slots_[chunk.tensor];
    if (slot.units == 1) return f(slot.first_unit, chunk.begin, chunk.end);
    const int64_t size = slot.unit_size();
    for (int64_t begin = chunk.begin; begin < chunk.end; begin += size) {
      f(slot.first_unit + static_cast<size_t>(begin / size), begin, begin + size);
    }
  }

  template <class Sum, class SumOf>
  std::vector<Sum> sum_by_unit(SumOf sum_of) const {
    std::vector<Sum> units(units_);
    std::vector<Sum> partial(chunks_.size());  // where a unit is larger than a chunk
    for_each_chunk(chunks_, [&](const Chunk& chunk, size_t i) {
      const bool whole = slots_[chunk.tensor].units > 1;
      for_each_unit(chunk, [&](size_t unit, int64_t begin, int64_t end) {
        (whole ? units[unit] : partial[i]) = sum_of(chunk.tensor, begin, end);
      });
    });
    for (size_t i = 0; i < chunks_.size(); ++i) {
      const Slot& slot = slots_[chunks_[i].tensor];
      if (slot.units == 1) units[slot.first_unit] += partial[i];
    }
    return units;
  }

  const std::vector<Slot>& slots_;
  size_t units_ = 0;  ///< number of units of all slots
  std::vector<Chunk> chunks_;
  std::vector<UpdateTarget> targets_;
  std::vector<at::Tensor> gradients_;  ///< keeps copies alive during a step
};

}  // namespace

std::unique_ptr<UpdateBackend> make_cpu_backend(const std::vector<Slot>& slots) {
  return std::make_unique<CpuBackend>(slots);
}

}  // namespace layer_rotation
