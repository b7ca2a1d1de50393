#pragma once

#include "optimizer.h"
#include "slots.h"
#include "update_backend.h"

namespace layer_rotation {

/// Decides between the passes of a step on the host, from sums that it waits for: on the CPU, and wherever ATen
/// operations make the passes.
class HostOptimizer final : public Optimizer {
 public:
  HostOptimizer(const OptimizerSpec& spec, const rotation::Layers& layers, Slots slots);

  void begin_epoch(int64_t steps_before, const std::vector<double>& rates, int64_t records) override;
  bool step(bool record) override;
  std::vector<rotation::StepRecord> records(const std::vector<int32_t>& steps) override;
  OptimizerState export_state() const override { return state_of(slots_, mean_square_); }
  void import_state(const OptimizerState& state) override;

 private:
  const double* rates() const { return rates_.data() + step_ * layers_.size(); }
  double rate(size_t slot) const;
  std::vector<Update> updates(const std::vector<GradientSums>& gradients) const;
  std::vector<rotation::Combination> combinations(const std::vector<GradientSums>& gradients,
                                                  const std::vector<rotation::Projection>& projections);
  rotation::Combination turning(const rotation::Projection& sums, double rate, size_t unit);
  void record(const std::vector<rotation::StepSums>& sums);

  OptimizerSpec spec_;
  const rotation::Layers& layers_;
  Slots slots_;
  std::vector<RunningMean> mean_square_;  ///< [units], of kRotational
  std::unique_ptr<UpdateBackend> backend_;
  int64_t steps_ = 0;          ///< since the training began
  std::vector<double> rates_;  ///< [steps][layers] of the epoch
  size_t step_ = 0;            ///< of the epoch
  std::vector<rotation::StepRecord> records_;
};

}  // namespace layer_rotation
