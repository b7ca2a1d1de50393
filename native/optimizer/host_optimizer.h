#pragma once

#include "optimizer.h"
#include "slots.h"
#include "update_backend.h"

namespace layer_rotation {

/// Decides on the host between the passes of a step, from sums that it waits for. For the CPU, and for every device on
/// which ATen operations make the passes.
class HostOptimizer final : public Optimizer {
 public:
  HostOptimizer(const OptimizerSpec& spec, const rotation::Layers& layers, Slots slots);

  void begin_epoch(int64_t steps_before, const std::vector<double>& rates, int64_t records) override;
  bool step(bool record) override;
  std::vector<rotation::StepRecord> records(const std::vector<int32_t>& steps) override;
  OptimizerState export_state() const override { return state_of(slots_, running_means_); }
  void import_state(const OptimizerState& state) override;

 private:
  const double* rates() const { return rates_.data() + step_ * layers_.size(); }
  double rate(size_t slot) const;
  std::vector<Update> updates(const std::vector<GradientSums>& gradients) const;
  /// Turns the sums over gradients into those over clipped ones.
  void clip(std::vector<GradientSums>& gradients, const std::vector<Update>& updates) const;
  std::vector<Combination> combinations(const std::vector<GradientSums>& gradients,
                                        const std::vector<UpdateSums>& updates);
  void record(const std::vector<rotation::StepSums>& sums);

  OptimizerSpec spec_;
  const rotation::Layers& layers_;
  Slots slots_;
  std::vector<RunningMean> running_means_;  ///< [units of all slots][means of a unit]
  std::unique_ptr<UpdateBackend> backend_;
  int64_t steps_ = 0;          ///< made since the training began
  std::vector<double> rates_;  ///< of the epoch, [steps][layers]
  size_t step_ = 0;            ///< place in the epoch
  std::vector<rotation::StepRecord> records_;
};

}  // namespace layer_rotation
